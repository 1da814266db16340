"""A function with rights that a caller can misuse."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE418", "security-definer-path", "error", "create_function_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SECURITY DEFINER without SET search_path."""
    options = [part.def_elem for part in seen.node.options]
    definer = tree.has_option(seen.node.options, "security")
    fixed = any(
        part.defname == "set" and part.arg.variable_set_stmt.name == "search_path" for part in options
    )
    bare = seen.node.HasField("sql_body")
    if definer and not fixed and not bare:
        name = tree.dotted(seen.node.funcname)[1]
        yield Complaint(
            f"{name}() runs with its owner's rights and the caller's search_path: a caller can put a table or"
            " function of their own before yours",
            "add SET search_path = pg_catalog, pg_temp, and qualify the names in the body",
        )
