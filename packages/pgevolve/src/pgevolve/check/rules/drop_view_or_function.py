"""A view, function, sequence or type that running code may still use."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.apply_remove import dropped_names
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE207", "drop-view-or-function", "error", "drop_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP of what clients name, unless it is made again or was made in this migration."""
    kind = tree.object_kind(seen.node.remove_type)
    if seen.contract or kind not in _WORDS:
        return
    for parts in dropped_names(seen.node):
        schema, plain = (parts[-2] if len(parts) > 1 else None), str(parts[-1])
        if not _is_made_again(seen, kind, schema, plain) and not _is_new(seen, kind, schema, plain):
            yield Complaint(
                f"DROP {_WORDS[kind]} {plain}: running code that still uses {plain} fails from the commit on",
                "stop using it in a release, then drop it in a contract migration",
            )


_WORDS = {
    "OBJECT_VIEW": "VIEW",
    "OBJECT_MATVIEW": "MATERIALIZED VIEW",
    "OBJECT_FUNCTION": "FUNCTION",
    "OBJECT_PROCEDURE": "PROCEDURE",
    "OBJECT_ROUTINE": "ROUTINE",
    "OBJECT_SEQUENCE": "SEQUENCE",
    "OBJECT_TYPE": "TYPE",
    "OBJECT_DOMAIN": "DOMAIN",
    "OBJECT_EXTENSION": "EXTENSION",
}


def _is_made_again(seen: Seen, kind: str, schema: str | None, plain: str) -> bool:
    if kind in {"OBJECT_VIEW", "OBJECT_MATVIEW"}:
        return seen.state.full_name(schema, plain, seen.state.views) in set(seen.later_views())
    return (
        kind in {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"} and plain in seen.later_functions()
    )


def _is_new(seen: Seen, kind: str, schema: str | None, plain: str) -> bool:
    if kind in {"OBJECT_VIEW", "OBJECT_MATVIEW"}:
        view = seen.state.views.get(seen.state.full_name(schema, plain, seen.state.views))
        return view is not None and seen.state.is_new(view.created)
    if kind in {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"}:
        function = seen.state.function(schema, plain)
        return function is not None and seen.state.is_new(function.created)
    if kind == "OBJECT_SEQUENCE":
        sequence = seen.state.sequences.get(seen.state.full_name(schema, plain, seen.state.sequences))
        # A name that this migration gave is one that no running code says.
        moments = () if sequence is None else (sequence.created, sequence.renamed)
        return any(seen.state.is_new(moment) for moment in moments if moment is not None)
    enum = seen.state.enums.get(seen.state.full_name(schema, plain, seen.state.enums))
    domain = seen.state.domains.get(seen.state.full_name(schema, plain, seen.state.domains))
    return any(found is not None and seen.state.is_new(found.created) for found in (enum, domain))
