"""What the claims read from expressions."""

from collections.abc import Iterator

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.effects.facts import SchemaFacts
from pgevolve.messages import messages


def is_volatile(expression: ast.Node, schema: SchemaFacts) -> bool:
    """Tell whether an expression may have another value in every row, because a function in it may."""
    return any(call.funcname[-1].string.sval in schema.volatile for call in messages(expression, "FuncCall"))


def proves_not_null(check: str, column: str) -> bool:
    """Tell whether a check says, by itself or beside other conditions, that a column is not null."""
    if not check:
        return False
    tree = postgast.parse(f"SELECT {check}")
    return column in _not_null(tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val)


def _not_null(node: ast.Node) -> Iterator[str]:
    kind = node.WhichOneof("node")
    if kind == "bool_expr" and node.bool_expr.boolop == ast.AND_EXPR:
        for part in node.bool_expr.args:
            yield from _not_null(part)
    elif kind == "null_test" and node.null_test.nulltesttype == ast.IS_NOT_NULL:
        yield from (part.string.sval for part in node.null_test.arg.column_ref.fields[-1:])
