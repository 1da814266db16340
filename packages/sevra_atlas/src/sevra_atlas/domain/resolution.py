"""What a path answers: the decision table over one row of the path ledger. Pure; the row comes from `reads`.

Visibility is decided before any location is built, so no answer discloses the address of something that the
asker may not see.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote

from sevra_atlas.domain.slugs import URL_SAFE, ascii_url, encode_path

Kind: TypeAlias = Literal["current", "alias", "static", "rule", "gone"]
QueryHandling: TypeAlias = Literal["pass", "ignore", "exact"]

SWITCHED_OFF = 15
"""Row of the decision table for a rule that is there and does not speak."""

_VISIBLE = frozenset({"public", "unlisted"})
_PREVIEWABLE = frozenset({"hidden", "retired"})
_BURIED = frozenset({"deleted", "archived", "purged"})
_READING = frozenset({"GET", "HEAD"})
# A method with a body keeps it: 301 and 302 would turn it into a GET.
_KEEPING_METHOD = {301: 308, 302: 307, 307: 307, 308: 308}
_KEEPING = frozenset({"TEMPORARY_307", "PERMANENT_308"})
_REFUSALS = {"GONE_410": 410, "LEGAL_451": 451}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What the ledger knows of one key: the path, its rule, its owner or target, and where that lives now.

    `current_path` and `successor_path` are display paths, set only when a visitor may see their entities.
    `kind` is `rule` for a prefix rule too; then `rest` is what follows the prefix in the key.
    """

    path: str
    kind: Kind
    display_path: str | None = None
    entity_type: str | None = None
    entity_id: int | None = None
    state: str | None = None
    was_public: bool = False
    current_path: str | None = None
    successor_path: str | None = None
    rule_type: str | None = None
    rule_active: bool = False
    query_mode: QueryHandling = "pass"
    to_static_path: str | None = None
    to_external_url: str | None = None
    to_prefix: str | None = None
    rest: str | None = None

    @property
    def rule_source(self) -> str:
        """Return what the rule speaks for: its path, or its prefix with the slash at the end."""
        return self.path if self.rest is None else self.path[: len(self.path) - len(self.rest)]


@dataclass(frozen=True, slots=True)
class Found:
    """The page of an entity, asked for by its canonical address `path` (encoded)."""

    entity_type: str
    entity_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Static:
    """A route of the application, asked for by its canonical address; the router answers."""

    path: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Elsewhere, in one hop; `location` is encoded, a path of this site or an absolute URL."""

    location: str
    status: int
    query_mode: QueryHandling = "pass"

    @property
    def permanent(self) -> bool:
        """Tell whether clients may remember the answer."""
        return self.status in {301, 308}

    def with_query(self, query: str) -> str:
        """Return the location with the query string of the request, where the rule lets it pass.

        `query` is as the request line holds it, a character a byte; the location stays ASCII.
        """
        if not query or self.query_mode != "pass":
            return self.location
        query = quote(query, safe=URL_SAFE, encoding="latin-1", errors="replace")
        address, mark, fragment = self.location.partition("#")
        return f"{address}{'&' if '?' in address else '?'}{query}{mark}{fragment}"


@dataclass(frozen=True, slots=True)
class Gone:
    """It was here and will not come back: 410, or 451 when a court said so."""

    status: int = 410


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing a visitor may know of."""


@dataclass(frozen=True, slots=True)
class MethodNotAllowed:
    """The page of an entity, asked for by a method that it does not answer."""


@dataclass(frozen=True, slots=True)
class Forward:
    """The output of a prefix rule: look `key` up once more, then ask `forwarded()`."""

    key: str
    status: int
    query_mode: QueryHandling


Outcome: TypeAlias = Found | Static | Redirect | Gone | NotFound | MethodNotAllowed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a path answers, and the row of the decision table that says so, counted from 1."""

    rule: int
    outcome: Outcome | Forward


def decide(
    row: LedgerRow | None,
    raw_path: str,
    method: str = "GET",
    *,
    query: str = "",
    may_preview: bool = False,
) -> Outcome | Forward:
    """Return what a path answers; arguments as those of `judge`."""
    return judge(row, raw_path, method, query=query, may_preview=may_preview).outcome


def judge(
    row: LedgerRow | None,
    raw_path: str,
    method: str = "GET",
    *,
    query: str = "",
    may_preview: bool = False,
) -> Verdict:
    """Return what a path answers by its ledger row, and why; first match wins.

    `raw_path` is the path of the request line as sent. `may_preview` tells that the viewer may see the owner
    while it is hidden or retired. A rule whose query mode is `exact` speaks only without a `query`.
    """
    if row is None:
        return Verdict(17, NotFound())
    match row.kind:
        case "gone":
            return Verdict(14, Gone())
        case "static":
            return Verdict(13, _static(row, raw_path, method))
        case "rule":
            return _rule(row, method, query)
        case "current" | "alias":
            return _owned(row, raw_path, method, may_preview=may_preview)


def forwarded(forward: Forward, row: LedgerRow | None) -> Outcome:
    """Return what a prefix rule answers, by the ledger row of its output: never a second rule's output."""
    address = encode_path(row.display_path or row.path) if row is not None else ""
    outcome = decide(row, address)
    match outcome:
        case Found() | Static():
            return Redirect(outcome.path, forward.status, forward.query_mode)
        case Redirect():
            return Redirect(outcome.location, forward.status, forward.query_mode)
        case Gone():
            return outcome
        case _:
            return NotFound()


def _static(row: LedgerRow, raw_path: str, method: str) -> Outcome:
    address = encode_path(row.display_path or row.path)
    return Static(address) if raw_path == address else Redirect(address, moved(301, method))


def _owned(row: LedgerRow, raw_path: str, method: str, *, may_preview: bool) -> Verdict:
    """Answer for a current path or an alias: rows 2 to 8 of the table."""
    visible = row.state in _VISIBLE
    if not visible and not (may_preview and row.state in _PREVIEWABLE):
        return _unseen(row, moved(301, method))
    here = row.display_path if row.kind == "current" else row.current_path
    if here is None or row.entity_type is None or row.entity_id is None:
        return Verdict(4, NotFound())
    address = encode_path(here)
    if row.kind == "alias":
        return Verdict(8, Redirect(address, moved(301, method)))
    if raw_path != address:
        return Verdict(3, Redirect(address, moved(301, method)))
    if method not in _READING:
        return Verdict(2, MethodNotAllowed())
    return Verdict(2, Found(row.entity_type, row.entity_id, address))


def _unseen(row: LedgerRow, status: int) -> Verdict:
    """Answer for an owner, or a rule's target, that the viewer may not see: rows 4 to 7."""
    if not row.was_public:
        return Verdict(4, NotFound())
    if row.state == "hidden":
        return Verdict(5, NotFound())
    if row.state not in _BURIED:
        return Verdict(6, Gone())
    if row.successor_path is not None:
        return Verdict(7, Redirect(encode_path(row.successor_path), status))
    return Verdict(7, Gone())


def _rule(row: LedgerRow, method: str, query: str) -> Verdict:
    """Answer for a rule: rows 9 to 12, 15 and 16."""
    if not row.rule_active or row.rule_type is None or (query and row.query_mode == "exact"):
        return Verdict(SWITCHED_OFF, NotFound())
    by_prefix = row.rest is not None
    if row.rule_type in _REFUSALS:
        return Verdict(16 if by_prefix else 11, Gone(_REFUSALS[row.rule_type]))
    status = moved(int(row.rule_type.rpartition("_")[2]), method)
    if row.to_prefix is not None:
        return Verdict(16, Forward(row.to_prefix + (row.rest or ""), status, row.query_mode))
    target = row.to_static_path or row.current_path
    location = ascii_url(row.to_external_url) if row.to_external_url else target and encode_path(target)
    if not location:
        return Verdict(16 if by_prefix else 12, _unseen(row, status).outcome)
    keeps_method = row.rule_type in _KEEPING
    return Verdict(16 if by_prefix else 10 if keeps_method else 9, Redirect(location, status, row.query_mode))


def moved(status: int, method: str) -> int:
    """Return the status of a redirect for a method: one with a body keeps it."""
    return status if method in _READING else _KEEPING_METHOD[status]
