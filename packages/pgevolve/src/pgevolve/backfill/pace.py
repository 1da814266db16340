"""How large the next batch is, or what the backfill waits for: what was seen goes in, a decision comes out.

The size follows the time that a batch takes. The backfill stands still while others suffer from it: standbys
and slots that fall behind, much WAL, checkpoints that come early. It never stands still for ever: after its
patience it goes on without what it waited for, and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from pgevolve.project import BackfillOptions

_MOST_GROWTH, _MOST_SHRINKING = 2.0, 0.25
_LOOK_AGAIN_SECONDS = 1.0
_MEGABYTE = 1 << 20
_MOST_WAL_WAIT_SECONDS = 10.0
_WAL, _CHECKPOINT = "wal", "checkpoint"
_OWN = frozenset({_WAL, _CHECKPOINT})


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of so many blocks: how long it took, and how many sessions waited for its locks at its end.

    `refused` when it was undone because its own locks did not come.
    """

    blocks: int
    seconds: float
    waiting: int = 0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Follower:
    """Who reads the WAL: a standby or a reader of a slot. `gone` is a slot that nobody reads.

    What it has not replayed in bytes, and since when in seconds; None where the login may not see it.
    """

    kind: Literal["standby", "slot"]
    name: str
    bytes_behind: int | None
    seconds_behind: float | None = None
    gone: bool = False

    @property
    def key(self) -> str:
        """Tells followers apart."""
        return f"{self.kind} {self.name!r}"


@dataclass(frozen=True, slots=True)
class Look:
    """What the server did in the `seconds` since the last look."""

    seconds: float
    wal_bytes: int = 0
    early_checkpoints: int = 0
    followers: tuple[Follower, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What is new: the last batch, if there was one, and a look at the server, if it is not too early."""

    batch: Batch | None = None
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """What a decision remembers for the next one; `stood` counts the seconds that it stands still.

    `in_vain` are those for which an earlier fill of the same deploy has waited its whole patience.
    """

    size: int
    stood: float = 0.0
    passed_over: frozenset[str] = frozenset()
    standbys: frozenset[str] = frozenset()
    in_vain: frozenset[str] = frozenset()

    @property
    def still_in_vain(self) -> frozenset[str]:
        """For whom the next fill need not wait again; never the server itself, whose load is the fill's."""
        return self.passed_over - _OWN


@dataclass(frozen=True, slots=True)
class GoOn:
    """Run a batch of so many blocks."""

    blocks: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again in so many seconds."""

    seconds: float
    why: str


Decision: TypeAlias = GoOn | Wait


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision, what to remember of it, and sentences for the report."""

    decision: Decision
    pace: Pace
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reason:
    key: str
    seconds: float
    why: str


def decide(options: BackfillOptions, pace: Pace, seen: Observation) -> Judgement:
    """Return what to do next. Waits in a row are never longer than the patience and one wait."""
    size = _size(options, pace.size, seen.batch)
    pace = replace(pace, size=size)
    if seen.look is None:
        return Judgement(GoOn(size), replace(pace, stood=0.0))
    notices = (*_gone(pace, seen.look), *_unseen(pace, seen.look))
    standbys = frozenset(entry.key for entry in seen.look.followers if entry.kind == "standby")
    reasons = tuple(_reasons(options, seen.look))
    notices += tuple(
        f"{reason.why}: this deploy has waited for it in vain, and does not again"
        for reason in reasons
        if reason.key in pace.in_vain
    )
    over = (pace.passed_over | pace.in_vain) & {reason.key for reason in reasons}
    pace = replace(pace, standbys=standbys, passed_over=over, in_vain=frozenset())
    new = tuple(reason for reason in reasons if reason.key not in over)
    if new and pace.stood < options.patience_seconds:
        wait = Wait(max(reason.seconds for reason in new), "; ".join(reason.why for reason in new))
        return Judgement(wait, replace(pace, stood=pace.stood + wait.seconds), notices)
    notices += tuple(f"{reason.why}, and was waited for in vain for {pace.stood:.0f} s" for reason in new)
    over |= {reason.key for reason in new}
    # What the server itself suffers from is not over: the fill goes on as gently as it can.
    blocks = options.min_blocks if over & _OWN else size
    return Judgement(GoOn(blocks), replace(pace, stood=0.0, passed_over=over), notices)


def _size(options: BackfillOptions, size: int, batch: Batch | None) -> int:
    """Return the next size: as many blocks as take the time that is aimed at, within bounds."""
    if batch is None:
        return size
    if batch.refused:
        factor = 0.5
    else:
        factor = options.target_seconds / max(batch.seconds, 1e-6)
        if batch.waiting:
            factor = min(factor, 0.5)
    factor = min(max(factor, _MOST_SHRINKING), _MOST_GROWTH)
    # A batch may have been smaller than it could be: at the end of a pass, or while the fill goes gently.
    grown = max(size, 1) if factor > 1 and batch.blocks < size else round(size * factor)
    return min(max(grown, options.min_blocks), options.max_blocks)


def _reasons(options: BackfillOptions, look: Look) -> Iterator[_Reason]:
    for follower in look.followers:
        behind = tuple(_behind(options, follower))
        if behind:
            state = "is gone and" if follower.gone else "is"
            yield _Reason(
                follower.key,
                _LOOK_AGAIN_SECONDS,
                f"the {follower.key} {state} {' and '.join(behind)} behind",
            )
    most = options.max_wal_megabytes_per_second * _MEGABYTE
    if most and look.seconds > 0 and look.wal_bytes > most * look.seconds:
        pause = min(look.wal_bytes / most - look.seconds, _MOST_WAL_WAIT_SECONDS)
        rate = look.wal_bytes / look.seconds / _MEGABYTE
        yield _Reason(_WAL, max(pause, 0.001), f"the server writes {rate:.0f} MB of WAL a second")
    if look.early_checkpoints and options.checkpoint_pause_seconds:
        yield _Reason(_CHECKPOINT, options.checkpoint_pause_seconds, "a checkpoint came early")


def _behind(options: BackfillOptions, follower: Follower) -> Iterator[str]:
    size, seconds = follower.bytes_behind, follower.seconds_behind
    if size is not None and size > options.max_lag_megabytes * _MEGABYTE:
        yield f"{size / _MEGABYTE:.0f} MB"
    if seconds is not None and seconds > options.max_lag_seconds:
        yield f"{seconds:.0f} s"


def _gone(pace: Pace, look: Look) -> Iterator[str]:
    """Name standbys that were there at the last look: how far behind they are cannot be seen any more."""
    there = {entry.key for entry in look.followers}
    for key in sorted(pace.standbys - there):
        yield f"the {key} is gone, and the fill goes on without it"


def _unseen(pace: Pace, look: Look) -> Iterator[str]:
    """Name new standbys of which the login may not see how far behind they are."""
    for follower in look.followers:
        if follower.bytes_behind is None and follower.key not in pace.standbys:
            yield (
                f"how far behind the {follower.key} is cannot be seen: it replays nothing, or this login"
                " needs pg_read_all_stats"
            )
