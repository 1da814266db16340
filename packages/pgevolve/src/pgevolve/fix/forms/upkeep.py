"""REINDEX, REFRESH and DETACH PARTITION while everybody works on."""

from pgevolve.fix.model import Left, Outcome, Part, Rewritten, Site
from pgevolve.fix.words import with_word_after, without_end, words

_OWN_STEP = "CONCURRENTLY in a step of its own"
_REINDEXED = ("INDEX", "TABLE", "SCHEMA", "DATABASE")


def reindex(site: Site) -> Outcome:
    """Rebuild indexes CONCURRENTLY."""
    if any(word.text == "SYSTEM" for word in words(site.sql)):
        return Left("the indexes of the catalogue cannot be rebuilt CONCURRENTLY: do it in a quiet hour")
    return Rewritten((Part(with_word_after(site.sql, _REINDEXED, "CONCURRENTLY"), alone=True),), _OWN_STEP)


def refresh(site: Site) -> Outcome:
    """Fill a materialised view CONCURRENTLY, if it has a unique index over all rows."""
    state = site.seen.state
    name = state.relation_name(site.seen.node.relation)
    view = state.views.get(name)
    if view is None or not view.unique_index:
        known = "has no unique index" if view is not None else "may have no unique index"
        return Left(f"{name} {known}, which CONCURRENTLY needs: create one first")
    if site.seen.node.skip_data:
        return Left("WITH NO DATA empties the view: no CONCURRENTLY can do that")
    sql = with_word_after(site.sql, ("VIEW",), "CONCURRENTLY")
    return Rewritten((Part(sql, alone=True),), _OWN_STEP)


def detach(site: Site) -> Outcome:
    """Take a partition away CONCURRENTLY; the server does not do it beside a default partition."""
    table = site.seen.subject().table
    if table is not None and table.default_partition is not None:
        return Left(
            f"{site.relation} has the default partition {table.default_partition}, beside which nothing is"
            " detached CONCURRENTLY"
        )
    part = site.altering(f"{without_end(site.command)} CONCURRENTLY", alone=True)
    return Rewritten((part,), f"{_OWN_STEP}; the server leaves a check of the bounds on what it detaches")
