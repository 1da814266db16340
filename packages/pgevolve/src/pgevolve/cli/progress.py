"""Events of a deploy on a terminal, in a pipe, or not at all; and its report."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pgevolve.cli.console import print_line
from pgevolve.deploy.report import MigrationReport, Rehearsal, RehearsalPlan, StepReport
from pgevolve.preflight import PreflightReport
from pgevolve.progress import (
    BackfillDone,
    BackfillNoticed,
    BackfillProgress,
    BackfillRefused,
    BackfillStarted,
    BackfillWaits,
    BlockerTerminated,
    ClientsDisregarded,
    DeployEvent,
    DeployStarted,
    GateClosed,
    LockAwaited,
    MigrationApplied,
    MigrationRolledBack,
    MigrationStarted,
    PreflightDone,
    RehearsalLeftOut,
    RehearsalPassed,
    RehearsalStarted,
    RowsChecked,
    SnapshotReady,
    StepBlocked,
    StepDone,
    StepSettled,
    StepsRetried,
    Verified,
)

_TOLD_SECONDS, _BATCHES_TOLD_SECONDS = 1.0, 10.0


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[DeployEvent], None] | None]:
    """Yield what draws events: a bar on a terminal, plain lines in a pipe, nothing beside JSON."""
    if quiet:
        yield None
    elif sys.stdout.isatty():
        with _bar() as draw:
            yield draw
    else:
        yield _Lines().print


class _Lines:
    """Prints events as lines; of the batches of a backfill only one now and then."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def print(self, event: DeployEvent) -> None:
        now = time.monotonic()
        if isinstance(event, BackfillStarted):
            self._told = now
        if isinstance(event, BackfillProgress) and now - self._told >= _BATCHES_TOLD_SECONDS:
            self._told = now
            print_line(filled_line(event))
        line = describe(event)
        if line is not None:
            print_line(line)


def filled_line(event: BackfillProgress) -> str:
    """Return how far a backfill is, with its rate and what remains of the pass."""
    left = "" if event.remaining is None else f", {_span(event.remaining)} left"
    known = f" of about {event.rows_estimated:,}" if event.rows_estimated > event.rows else ""
    return (
        f"{event.table}: {event.share:.0%} of pass {event.turn}, {event.rows:,}{known} rows,"
        f" {event.rate:,.0f} rows a second{left}"
    )


def _span(seconds: float) -> str:
    """Return a span as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def describe(event: DeployEvent) -> str | None:  # noqa: C901, PLR0911, PLR0912 (one a kind)
    """Return an event as one line, or None for those that only move a bar."""
    match event:
        case LockAwaited(holder):
            return f"waiting for another deploy: {holder}"
        case PreflightDone(warnings, _):
            return "\n".join(f"warning: {warning}" for warning in warnings)
        case RowsChecked(asked, unchecked, seconds):
            return "\n".join([*unchecked, f"{asked} questions about the rows answered in {seconds:.1f} s"])
        case SnapshotReady(_, None, reason):
            return f"no snapshot: {reason}"
        case SnapshotReady(kind, name, reason):
            return f"snapshot {name} {kind}: {reason}"
        case RehearsalStarted(database):
            return f"restoring the snapshot into {database} for a rehearsal"
        case RehearsalPassed(migrations, seconds, restored):
            return f"rehearsed {migrations} in {seconds:.1f} s, of which the restore took {restored:.1f} s"
        case RehearsalLeftOut(reason):
            return f"no rehearsal: {reason}"
        case DeployStarted(migrations, steps):
            return f"{len(migrations)} pending, {steps} steps"
        case MigrationStarted(name, first, _) if first > 1:
            return f"going on with {name} at step {first}"
        case StepsRetried(migration, number, attempt, sqlstate):
            return f"{migration} step {number}: no lock (SQLSTATE {sqlstate}), attempt {attempt + 1} follows"
        case StepBlocked(migration, number, blockers):
            return f"{migration} step {number} waits for {'; '.join(map(str, blockers))}"
        case BlockerTerminated(migration, number, blocker):
            return f"{migration} step {number}: ended {blocker}"
        case StepSettled(migration, number, verdict, cleared):
            done = "; ".join([*cleared, "it is done" if verdict == "done" else "it runs again"])
            return f"{migration} step {number} was interrupted: {done}"
        case BackfillStarted(_, table, _, turn, share) if turn > 1 or share > 0:
            return f"going on with the backfill of {table} at {share:.0%} of pass {turn}"
        case BackfillWaits(_, table, why):
            return f"the backfill of {table} waits: {why}"
        case BackfillNoticed(_, table, notice):
            return f"warning: {notice} (backfill of {table})"
        case BackfillRefused(_, table, attempt):
            return f"the backfill of {table} met locked rows, attempt {attempt + 1} follows with fewer"
        case BackfillDone(_, table, rows, passes, seconds):
            return f"filled {table}: {rows:,} rows in {passes} passes and {seconds:.1f} s"
        case ClientsDisregarded(migration, clients):
            return f"warning: {migration} is undone although {'; '.join(clients)}"
        case MigrationRolledBack(name, seconds):
            return f"rolled back {name} in {seconds:.1f} s"
        case GateClosed(migration, conditions):
            return f"{migration} waits: {'; '.join(conditions)}"
        case MigrationApplied(name, seconds):
            return f"applied {name} in {seconds:.1f} s"
        case Verified(_, seconds):
            return f"verified in {seconds:.1f} s"
        case _:
            return None


@contextmanager
def _bar() -> Iterator[Callable[[DeployEvent], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("deploy", total=None)
        filling = progress.add_task("", total=100, visible=False)

        def draw(event: DeployEvent) -> None:
            match event:
                case DeployStarted(_, steps):
                    progress.update(task, total=steps)
                case MigrationStarted(name, _, _):
                    progress.update(task, description=name)
                case StepDone():
                    progress.advance(task)
                case BackfillProgress():
                    done = round(event.share * 100)
                    progress.update(filling, visible=True, completed=done, description=filled_line(event))
                case BackfillDone():
                    progress.update(filling, visible=False)
                case _:
                    pass
            line = describe(event)
            if line is not None:
                progress.console.print(line, markup=False)

        yield draw


def print_steps(migration: MigrationReport, rehearsal: Rehearsal | None = None) -> None:
    """Print the steps that took a second, waited, or held a table back: what an operator wants to know.

    Beside it stands what the step took in the rehearsal.
    """
    for step in migration.steps:
        if step.seconds >= _TOLD_SECONDS or step.waited > 0 or step.attempts > 1 or step.locked:
            before = None if rehearsal is None else rehearsal.seconds_of(migration.name, step.number)
            print_line(f"  {step.number:>4} {step.statement}")
            print_line(f"       {_times(step)}" + ("" if before is None else f", rehearsed {before:.2f} s"))


def rehearsal_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield what the rehearsal found of the rows, and what it did not try."""
    for entry in rehearsal.rows:
        now = "it is gone" if entry.after is None else f"{entry.after:,} after them"
        yield f"rows of {entry.table}: {entry.before:,} before the migrations, {now}"
    kept = rehearsal.tables - len(rehearsal.rows)
    kept_of = f"{kept} of {rehearsal.tables} tables kept their number of rows"
    yield f"rehearsed in {rehearsal.seconds:.1f} s; {kept_of}"
    for name in rehearsal.left_out:
        yield f"{name} was not rehearsed: it or one before it reaches beyond its database"


def planned_rehearsal(plan: RehearsalPlan) -> str:
    """Return what a dry run says of the rehearsal."""
    if plan.reason is not None:
        return f"would not rehearse: {plan.reason}"
    return f"would rehearse in a copy of the database of about {plan.size >> 20} MB"


def print_fills(migration: MigrationReport) -> None:
    """Print how tables were filled that took a second, and what an operator should know of it."""
    for fill in migration.fills:
        if fill.seconds >= _TOLD_SECONDS or fill.notices:
            print_line(f"  filled {fill.table}: {fill.rows:,} rows in {fill.batches} batches")
            print_line(f"       waited {fill.waited:.2f} s, ran {fill.seconds - fill.waited:.2f} s")
            for notice in fill.notices:
                print_line(f"       {notice}")


def _times(step: StepReport) -> str:
    times = f"waited {step.waited:.2f} s, ran {step.ran:.2f} s"
    if step.attempts > 1:
        times += f", attempt {step.attempts}"
    if not step.locked:
        return times
    locks = ", ".join(f"{table} {mode}" for table, mode in sorted(step.locked.items()))
    return f"{times}, held {locks} for {step.locked_seconds:.2f} s"


def preflight_lines(looked: PreflightReport) -> Iterator[str]:
    """Yield what a dry run says of the server."""
    for fact in looked.facts:
        yield f"{'refused' if fact.severity == 'refuse' else 'warning'}: {fact}"
    free = "not known" if looked.space.free is None else f"{looked.space.free >> 20} MB"
    copied = looked.space.rehearsal
    rehearsed = f", {copied >> 20} MB for the rehearsal" if copied else ""
    yield f"disk space: about {looked.space.needed >> 20} MB needed{rehearsed}, free: {free}"


def foreseen_lines(step: StepReport) -> Iterator[str]:
    """Yield what a dry run says of a step, a line a table."""
    for table in sorted({*step.locked, *step.rewrites, *step.scans}):
        said = [f"locks it {step.locked[table]}"] if table in step.locked else []
        if table in step.rewrites:
            said.append("rewrites it")
        elif table in step.scans:
            said.append("reads all of it")
        rows = f" (about {step.rows[table]:,} rows)" if table in step.rows else ""
        yield f"{table}{rows}: {', '.join(said)}"
