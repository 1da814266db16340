"""A table copied in one statement."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.messages import messages


@rule("PE309", "insert-select-unbounded", "error", "insert_stmt", "create_table_as_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at INSERT ... SELECT and CREATE TABLE AS over all rows of a table that others use."""
    if seen.statement.kind == "insert_stmt":
        query, target = seen.node.select_stmt, str(seen.subject())
    else:
        if tree.object_kind(seen.node.objtype) == "OBJECT_MATVIEW" or seen.node.into.skip_data:
            return
        query, target = seen.node.query, seen.node.into.rel.relname
        if seen.node.into.rel.relpersistence == "t":
            return
    sources = [
        relation
        for relation in messages(query, "RangeVar")
        if relation.schemaname not in {"pg_catalog", "information_schema"}
        and not relation.relname.startswith("pg_")
    ]
    ctes = {cte.ctename for cte in messages(seen.node, "CommonTableExpr")}
    busy = [seen.subject(node) for node in sources if node.relname not in ctes]
    busy = [subject for subject in busy if not subject.new]
    if busy and not any(select.HasField("limit_count") for select in messages(query, "SelectStmt")):
        yield Complaint(
            f"{target} is filled from {', '.join(str(subject) for subject in busy)} in one transaction:"
            " its locks"
            f" last as long as the copy, and rows written meanwhile are missed{busy[0].doubt}",
            "copy in batches by key in backfill.sql, with a trigger for rows written meanwhile",
        )
