"""Foreign keys and checks that hold for new rows at once, and for those there after a look without locks."""

from typing import Any

from pgevolve.check import tree
from pgevolve.check.readers import AddedConstraint, added_constraints
from pgevolve.fix import names
from pgevolve.fix.forms import column
from pgevolve.fix.model import Left, Outcome, Rewritten, Site
from pgevolve.fix.words import with_word_after, without_end
from pgevolve.quoting import name

_SAID = "NOT VALID, and VALIDATE CONSTRAINT in a step of its own"
_NOT_VALID_ON_PARTITIONED = 18


def not_valid(site: Site) -> Outcome:
    """Add it NOT VALID and validate it in a step of its own."""
    seen = site.seen
    kind = "foreign" if site.rule == "PE103" else "check"
    subject = seen.subject()
    partitioned = subject.table is not None and subject.table.partitioned
    if kind == "foreign" and partitioned and seen.target < _NOT_VALID_ON_PARTITIONED:
        return Left(
            f"{subject} is partitioned, where PostgreSQL before 18 takes no foreign key NOT VALID:"
            " add it to each partition"
        )
    added = [entry for entry in added_constraints(seen, kind) if entry.constraint.validated]
    if seen.statement.kind == "AT_AddColumn":
        return _apart(site, added)
    (entry,) = added
    called = name(names.of_constraint(subject.name, subject.table, entry.constraint, entry.node))
    text = without_end(site.command)
    if not entry.node.conname:
        text = with_word_after(text, ("ADD",), f"CONSTRAINT {called}")
    parts = (
        site.altering(f"{text} NOT VALID"),
        site.altering(f"VALIDATE CONSTRAINT {called}", alone=True),
    )
    return Rewritten(parts, _SAID)


def _apart(site: Site, added: list[AddedConstraint]) -> Outcome:
    """Take the constraints out of the new column."""
    described = tree.definition(site.seen.command)
    gone = [entry.node for entry in added]
    parts = [site.altering(column.add(site, without=gone))]
    for entry in added:
        subject = entry.subject
        called = names.of_constraint(subject.name, subject.table, entry.constraint, entry.node)
        parts.append(site.altering(_as_one_of_the_table(site, entry.node, described.colname, called)))
        parts.append(site.altering(f"VALIDATE CONSTRAINT {name(called)}", alone=True))
    return Rewritten(tuple(parts), f"ADD COLUMN without it, then the constraint {_SAID}")


def _as_one_of_the_table(site: Site, node: Any, column_name: str, called: str) -> str:
    made = type(node)()
    made.CopyFrom(node)
    made.conname = called
    made.skip_validation, made.initially_valid = True, False
    if tree.constraint_kind(node) == "CONSTR_FOREIGN" and not made.fk_attrs:
        made.fk_attrs.add().string.sval = column_name
    return column.deparsed(site, "AT_AddConstraint", constraint=made)
