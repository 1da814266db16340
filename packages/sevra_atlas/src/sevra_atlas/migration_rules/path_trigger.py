"""A public entity without an address."""

from collections.abc import Iterator

from pgevolve.check.facts import Name
from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("SA104", "path-trigger", "error", END)
def path_trigger(seen: Seen) -> Iterator[Complaint]:
    """Look for tables of kinds with a public page that no trigger keeps in the ledger of paths.

    A row is found under its path only because the trigger writes it; without it every new row answers 404.
    """
    if Name("public", "entity_types") not in seen.state.tables:
        return
    # Here, so that a check of other files does not wait for the models.
    from sevra_atlas.schema.reference import KINDS

    for kind in KINDS.values():
        table = seen.state.tables.get(Name("public", kind.table_name))
        if kind.url_prefix is None or table is None or table.created is None:
            continue
        functions = {trigger.function.removeprefix("public.") for trigger in table.triggers.values()}
        if "sync_path" not in functions:
            yield Complaint(
                f"{table.name} has public pages and no trigger for sync_path(): new rows have no address",
                f"create trigger a20_path AFTER INSERT OR UPDATE OF slug ON {table.name}",
                statement=table.created.statement,
            )
