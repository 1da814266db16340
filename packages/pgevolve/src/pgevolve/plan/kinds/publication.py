"""Publications."""

from collections.abc import Iterator

from pgevolve.canonical import comparable
from pgevolve.catalog.database import PublicationObject, PublishedTable
from pgevolve.quoting import name


def create(item: PublicationObject) -> Iterator[str]:
    """Yield CREATE PUBLICATION."""
    objects = "ALL TABLES" if item.all_tables else _objects(item)
    for_objects = f"\n    FOR {objects}" if objects else ""
    yield f"CREATE PUBLICATION {name(item.name)}{for_objects}\n    WITH ({_options(item)})"


def change(before: PublicationObject, after: PublicationObject) -> list[str] | None:
    """Return the statements that change what it sends; from or to everything, or nothing, makes it anew."""
    if before.all_tables != after.all_tables or bool(_objects(before)) != bool(_objects(after)):
        return None
    alter = f"ALTER PUBLICATION {name(after.name)}"
    old, new = comparable(before), comparable(after)
    assert isinstance(old, PublicationObject)
    assert isinstance(new, PublicationObject)
    statements = []
    if (old.tables, old.schemas) != (new.tables, new.schemas):
        statements.append(f"{alter} SET {_objects(after)}")
    if _options(old) != _options(new):
        statements.append(f"{alter} SET ({_options(after)})")
    return statements


def _objects(item: PublicationObject) -> str:
    parts = []
    if item.tables:
        parts.append("TABLE " + ", ".join(_table(table) for table in item.tables))
    if item.schemas:
        parts.append("TABLES IN SCHEMA " + ", ".join(name(schema) for schema in item.schemas))
    return ", ".join(parts)


def _table(table: PublishedTable) -> str:
    columns = f" ({', '.join(name(column) for column in table.columns)})" if table.columns else ""
    where = f" WHERE ({table.where})" if table.where is not None else ""
    return f"{table.table}{columns}{where}"


def _options(item: PublicationObject) -> str:
    via_root = "true" if item.via_root else "false"
    return f"publish = '{', '.join(item.publish)}', publish_via_partition_root = {via_root}"
