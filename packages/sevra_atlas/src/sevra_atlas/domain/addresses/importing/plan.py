"""What a file would change: a pure plan from its rows and what the database knows."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sevra_atlas.domain.addresses.errors import PathInUseError, TargetNotAllowedError
from sevra_atlas.domain.addresses.importing.chains import Chains, End
from sevra_atlas.domain.addresses.importing.known import Known, StoredRule
from sevra_atlas.domain.addresses.importing.rows import FileRow, Problem
from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.domain.addresses.targets import Exact, Hosts, Prefix, Source, Target
from sevra_atlas.domain.slugs import path_prefixes
from sevra_atlas.schema.enums import PathKind, QueryMode, RedirectType

CONTRADICTION = "CONTRADICTION"


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule as it will be stored; `stored_id` is the rule that it replaces."""

    line: int
    source: Source
    target: Target | None
    type: RedirectType
    query_mode: QueryMode
    is_active: bool
    note: str | None
    stored_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What a file comes to. While there is a problem nothing of it can be written.

    `duplicates` counts lines that say what an earlier one said; `followed` rules whose target was another
    rule; `owned` those that will follow the renames of a page. A notice keeps nothing from being written.
    """

    added: tuple[PlannedRule, ...] = ()
    changed: tuple[PlannedRule, ...] = ()
    unchanged: int = 0
    duplicates: int = 0
    followed: int = 0
    owned: int = 0
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def plan_import(
    rows: Iterable[FileRow], problems: Sequence[Problem], known: Known, hosts: Hosts
) -> ImportPlan:
    """Return what the rows of a file come to; `problems` are those that reading it found."""
    by_source, duplicates, contradictions = _distinct(rows)
    found = [*problems, *contradictions, *_meetings(by_source, known)]
    chains = Chains(by_source, known, hosts)
    added: list[PlannedRule] = []
    changed: list[PlannedRule] = []
    unchanged = followed = owned = 0
    for row in by_source.values():
        taken = _taken(row, known)
        end = chains.end_of(row)
        if taken is not None:
            found.append(taken)
        if isinstance(end, Problem):
            found.append(end)
            continue
        stored = _stored(row.source, known)
        followed += end.steps > 0
        owned += isinstance(end.target, EntityRef) and isinstance(row.target, Exact)
        if stored is not None and _says(stored, row, end):
            unchanged += 1
            continue
        if end.doubt is not None:
            found.append(end.doubt)
        planned = PlannedRule(
            row.line,
            row.source,
            end.target,
            end.type,
            row.query_mode,
            row.is_active,
            row.note,
            None if stored is None else stored.id,
        )
        (added if stored is None else changed).append(planned)
    return ImportPlan(
        tuple(added),
        tuple(changed),
        unchanged,
        duplicates,
        followed,
        owned,
        tuple(sorted(found, key=lambda problem: problem.line)),
        tuple(_notices(by_source.values(), known)),
    )


def _distinct(rows: Iterable[FileRow]) -> tuple[dict[Source, FileRow], int, list[Problem]]:
    """Return the first row of each source, how many said the same again, and those that said otherwise."""
    first: dict[Source, FileRow] = {}
    duplicates = 0
    contradictions = []
    for row in rows:
        before = first.setdefault(row.source, row)
        if before is row:
            continue
        if before.says_what(row):
            duplicates += 1
        else:
            message = f"line {before.line} says otherwise of {row.source}"
            contradictions.append(Problem(row.line, CONTRADICTION, message))
    return first, duplicates, contradictions


def _taken(row: FileRow, known: Known) -> Problem | None:
    """Return the problem of a rule whose path is a page, a route, or gone."""
    if not isinstance(row.source, Exact):
        return None
    holder = known.holders.get(row.source.key)
    if holder is None or holder.kind is PathKind.RULE:
        return None
    return Problem(
        row.line, PathInUseError.code, str(PathInUseError(holder.path, holder.kind.value, holder.owner))
    )


def _stored(source: Source, known: Known) -> StoredRule | None:
    return known.exact.get(source.key) if isinstance(source, Exact) else known.prefixes.get(source.text)


def _says(stored: StoredRule, row: FileRow, end: End) -> bool:
    return (stored.target, stored.type, stored.query_mode, stored.is_active, stored.note) == (
        end.target,
        end.type,
        row.query_mode,
        row.is_active,
        row.note,
    )


def _meetings(rows: Mapping[Source, FileRow], known: Known) -> Iterator[Problem]:
    """Yield each prefix rule of the file that another would meet, or that meets another's output."""
    outputs: dict[str, tuple[str, int | None]] = {  # prefix → where its output begins, line in the file
        prefix: (rule.target.text, None)
        for prefix, rule in known.prefixes.items()
        if isinstance(rule.target, Prefix)
    }
    sources: dict[str, int | None] = dict.fromkeys(known.prefixes)
    for row in rows.values():
        if isinstance(row.source, Prefix):
            sources[row.source.text] = row.line
            outputs.pop(row.source.text, None)
            if isinstance(row.target, Prefix):
                outputs[row.source.text] = (row.target.text, row.line)
    ordered = sorted(sources)
    for prefix, (output, line) in outputs.items():
        met = _meeting(output, sources, ordered)
        if met is None:
            continue
        at = line if line is not None else sources[met]
        if at is None:
            continue  # both are stored: the database holds them apart
        place = "" if sources[met] is None else f" of line {sources[met]}"
        reason = f"what {prefix}* leads to would meet the prefix rule {met}*{place}"
        yield Problem(at, TargetNotAllowedError.code, str(TargetNotAllowedError(f"{output}*", reason)))


def _meeting(output: str, sources: Mapping[str, int | None], ordered: Sequence[str]) -> str | None:
    """Return a prefix that begins the output of a rule, or is begun by it."""
    for prefix in path_prefixes(output):
        if prefix in sources:
            return prefix
    place = bisect_left(ordered, output)
    return ordered[place] if place < len(ordered) and ordered[place].startswith(output) else None


def _notices(rows: Iterable[FileRow], known: Known) -> Iterator[Problem]:
    """Yield the prefix rules below which live pages are: these answer themselves, the rule the rest."""
    for row in rows:
        if isinstance(row.source, Prefix):
            below = sorted(prefix for prefix in known.inhabited if prefix.startswith(row.source.text))
            if below:
                message = f"live pages below {', '.join(below)} keep answering in the place of {row.source}"
                yield Problem(row.line, "SHADOWING", message)
