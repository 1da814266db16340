"""Readers of PostgreSQL's parse tree, as postgast hands it over. They know no schema."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.messages import messages

_SERIALS = {
    "serial": "int4",
    "serial4": "int4",
    "bigserial": "int8",
    "serial8": "int8",
    "smallserial": "int2",
    "serial2": "int2",
}
_SPELLINGS = {"integer": "int4", "bigint": "int8", "smallint": "int2", "decimal": "numeric"}
_ALWAYS_ARRAY = -1


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as a statement writes it; `schema` is None for an unqualified or built-in one.

    `serial` says that it was written as serial: an integer with a sequence.
    """

    schema: str | None
    name: str
    modifiers: tuple[int, ...] = ()
    dimensions: int = 0
    serial: bool = False

    def __str__(self) -> str:
        name = f"{self.schema}.{self.name}" if self.schema else self.name
        modifiers = f"({','.join(map(str, self.modifiers))})" if self.modifiers else ""
        return name + modifiers + "[]" * self.dimensions


def inner(node: Any) -> Any:
    """Return the message inside a Node, or None for an empty one."""
    kind = node.WhichOneof("node")
    return None if kind is None else getattr(node, kind)


def kind_of(node: Any) -> str:
    """Return the name of the field that a Node has set, such as `column_def`."""
    return node.WhichOneof("node") or ""


def strings(nodes: Iterable[Any]) -> tuple[str, ...]:
    """Return the texts of a list of String nodes."""
    return tuple(node.string.sval for node in nodes)


def dotted(nodes: Iterable[Any]) -> tuple[str | None, str]:
    """Return schema and name of a qualified name given as a list of String nodes."""
    parts = strings(nodes)
    return (parts[-2] if len(parts) > 1 else None, parts[-1] if parts else "")


def definition(command: Any) -> Any:
    """Return what an ALTER TABLE command defines; the field's name is a keyword of Python."""
    return inner(getattr(command, "def"))


def command_kind(command: Any) -> str:
    """Return the name of an ALTER TABLE command, such as `AT_AddColumn`."""
    return str(ast.AlterTableType.Name(command.subtype))


def constraint_kind(constraint: Any) -> str:
    """Return the name of a constraint's kind, such as `CONSTR_CHECK`."""
    return str(ast.ConstrType.Name(constraint.contype))


def object_kind(number: int) -> str:
    """Return the name of a kind of objects, such as `OBJECT_TABLE`."""
    return str(ast.ObjectType.Name(number))


def type_name(node: Any) -> TypeName:
    """Return a type in one spelling: `integer`, `int` and `int4` are int4, `character varying` is varchar."""
    parts = strings(node.names)
    schema = parts[-2] if len(parts) > 1 and parts[-2] != "pg_catalog" else None
    name = parts[-1] if parts else ""
    serial = schema is None and name in _SERIALS
    name = _SERIALS.get(name, _SPELLINGS.get(name, name)) if schema is None else name
    modifiers = tuple(value for part in node.typmods if isinstance(value := constant(part), int))
    return TypeName(schema, name, modifiers, len(node.array_bounds), serial)


def constant(node: Any) -> int | str | bool | None:
    """Return the value of a constant, also below a cast or a sign; None for NULL and for anything else."""
    kind = kind_of(node)
    if kind == "type_cast":
        return constant(node.type_cast.arg)
    if kind != "a_const":
        return None
    held = node.a_const.WhichOneof("val")
    if node.a_const.isnull or held is None:
        return None
    value: int | str | bool = getattr(getattr(node.a_const, held), held)
    return value


def is_null(node: Any) -> bool:
    """Say whether an expression is the constant NULL."""
    if kind_of(node) == "type_cast":
        return is_null(node.type_cast.arg)
    return kind_of(node) == "a_const" and bool(node.a_const.isnull)


def is_constant(node: Any) -> bool:
    """Say whether an expression is a constant, NULL included."""
    return constant(node) is not None or is_null(node)


def column_names(expression: Any) -> set[str]:
    """Return the names of the columns that an expression reads, without their qualifiers."""
    found = set()
    for reference in messages(expression, "ColumnRef"):
        if reference.fields and kind_of(reference.fields[-1]) == "string":
            found.add(reference.fields[-1].string.sval)
    return found


def called_functions(root: Any) -> Iterator[tuple[str | None, str]]:
    """Yield schema and name of each function that is called below a node."""
    for call in messages(root, "FuncCall"):
        yield dotted(call.funcname)


def option(elements: Iterable[Any], name: str) -> Any:
    """Return the argument of a DefElem by name, None when it is not there."""
    for element in elements:
        if element.def_elem.defname == name:
            return element.def_elem.arg
    return None


def has_option(elements: Iterable[Any], name: str) -> bool:
    """Say whether an option is given and not switched off."""
    for element in elements:
        if element.def_elem.defname == name:
            return _switched_on(element.def_elem.arg)
    return False


def _switched_on(argument: Any) -> bool:
    kind = kind_of(argument)
    if kind == "boolean":
        return bool(argument.boolean.boolval)
    if kind == "string":
        return argument.string.sval.lower() not in {"false", "off", "0", "no"}
    if kind == "integer":
        return bool(argument.integer.ival)
    return True


def sql(expression: Any) -> str:
    """Return the SQL of one expression, or an empty text where it cannot be written out."""
    tree = ast.ParseResult()
    target = tree.stmts.add().stmt.select_stmt.target_list.add().res_target
    target.val.CopyFrom(expression)
    try:
        return str(postgast.deparse(tree)).removeprefix("SELECT ")
    except postgast.PgQueryError:
        return ""
