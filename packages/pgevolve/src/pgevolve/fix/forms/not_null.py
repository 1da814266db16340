"""NOT NULL, proved for the rows that are there before the column says it."""

from collections.abc import Iterable, Iterator

from pgevolve.check import tree
from pgevolve.check.constraints import proves_not_null
from pgevolve.fix.model import Outcome, Part, Place, Rewritten, Site
from pgevolve.fix.words import with_word_after, without_end
from pgevolve.plan.names import with_ending
from pgevolve.quoting import name

_FIRST_WITH_NOT_VALID = 18


def proved(site: Site) -> Outcome:
    """Let a check or, since PostgreSQL 18, NOT NULL ... NOT VALID prove it."""
    said = "NOT NULL after a constraint that was validated in a step of its own"
    if site.seen.statement.kind == "AT_SetNotNull":
        return Rewritten(tuple(parts(site, site.seen.command.name)), said)
    node = tree.definition(site.seen.command)
    column = tree.strings(node.keys)[0]
    called = node.conname or _called(site, column, "_not_null")
    text = without_end(site.command)
    if not node.conname:
        text = with_word_after(text, ("ADD",), f"CONSTRAINT {name(called)}")
    return Rewritten(
        (
            site.altering(f"{text} NOT VALID"),
            site.altering(f"VALIDATE CONSTRAINT {name(called)}", alone=True),
        ),
        said,
    )


def missing(site: Site, columns: Iterable[str]) -> Iterator[Part]:
    """Yield what makes columns NOT NULL that are not known to be."""
    table = site.seen.subject().table
    for column in columns:
        known = table.columns.get(column) if table is not None else None
        if known is None or known.not_null is not True:
            yield from parts(site, column)


def parts(site: Site, column: str, *, place: Place = "here") -> Iterator[Part]:
    """Yield the steps that make one column NOT NULL without reading its rows under a lock."""
    table = site.seen.subject().table
    proof = proves_not_null(table, column) if table is not None else None
    set_not_null = site.altering(f"ALTER COLUMN {name(column)} SET NOT NULL", place=place)
    if proof is not None and not proof.validated:
        yield site.altering(f"VALIDATE CONSTRAINT {name(proof.name)}", alone=True, place=place)
        if proof.kind == "check":
            yield set_not_null
        return
    if site.seen.target >= _FIRST_WITH_NOT_VALID:
        check = name(_called(site, column, "_not_null"))
        added = f"ADD CONSTRAINT {check} NOT NULL {name(column)} NOT VALID"
    else:
        check = name(_called(site, column, "_is_filled"))
        added = f"ADD CONSTRAINT {check} CHECK ({name(column)} IS NOT NULL) NOT VALID"
    yield site.altering(added, place=place)
    yield site.altering(f"VALIDATE CONSTRAINT {check}", alone=True, place=place)
    if site.seen.target < _FIRST_WITH_NOT_VALID:
        yield set_not_null
        yield site.altering(f"DROP CONSTRAINT {check}", place=place)


def _called(site: Site, column: str, ending: str) -> str:
    return with_ending(f"{site.seen.subject().name.name}_{column}", ending)
