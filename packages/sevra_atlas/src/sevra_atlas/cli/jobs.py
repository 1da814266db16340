"""`sevra jobs`: what waits, runs and failed in the queue, and how it goes on."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sevra_atlas.cli.database import opened, role_url

if TYPE_CHECKING:
    import psycopg

    from sevra_atlas.workers.queue import Event, QueuedJob

app = typer.Typer(no_args_is_help=True, help="The queue of jobs: what waits, runs and failed.")

# A pipe has no width of its own; this one keeps an entry on one line.
_PIPE_WIDTH = 160

State = Literal["todo", "doing", "succeeded", "failed", "cancelled", "aborted"]
Number = Annotated[int, typer.Argument(help="Number of the job, from `list`.", metavar="JOB")]
Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of dead letters.", metavar="JOB...")]
Name = Annotated[str, typer.Argument(help="Name of a job, from `catalogue`.", metavar="NAME")]
OfState = Annotated[State | None, typer.Option("--state", help="Of one state only.")]
OfName = Annotated[str | None, typer.Option("--name", help="Of one name only.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
Before = Annotated[int | None, typer.Option("--before", help="Go on behind this job.")]
AllFailed = Annotated[bool, typer.Option("--all", help="All dead letters, or those of --name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


@app.command("list", epilog="Example: [bold]sevra jobs list --state todo[/bold]")
def list_jobs(
    state: OfState = None,
    name: OfName = None,
    limit: Limit = 20,
    before: Before = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """List jobs, newest first: state, ended runs, when enqueued, when it last changed."""
    found = _found(limit=limit, before=before, state=state, name=name)
    heads = ("number", "job", "about", "queue", "state", "runs", "enqueued", "changed")
    _show(found, heads, _cells, "the queue is empty", as_json, limit=limit, before=before)


@app.command(epilog="Example: [bold]sevra jobs dead --name search.refresh_documents[/bold]")
def dead(
    name: OfName = None,
    limit: Limit = 20,
    before: Before = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """List the dead letters, newest first: jobs that have failed for good, each with the last error."""
    found = _found(limit=limit, before=before, state="failed", name=name)
    heads = ("number", "job", "about", "runs", "failed", "why")
    _show(found, heads, _dead_cells, "there is no dead letter", as_json, limit=limit, before=before)


@app.command(epilog="Example: [bold]sevra jobs show 17[/bold]")
def show(number: Number, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Show one job, with everything that happened to it."""
    from sevra_atlas.workers.queue import get_queued

    with _connection() as connection:
        job, events = get_queued(connection, number)
    if as_json:
        document = {**_document(job), "events": [_document(event) for event in events]}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for head, value in _facts(job):
        typer.echo(f"{head + ':':<12}{value}")
    for event in events:
        typer.echo(f"{event.at:%Y-%m-%d %H:%M:%S}  {event.what}")


@app.command(epilog="Example: [bold]sevra jobs retry 17[/bold]")
def retry(
    numbers: Numbers = None,
    all_failed: AllFailed = False,  # noqa: FBT002 - a flag
    name: OfName = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Let dead letters run again, with all the runs that their policy gives: all that are named, or none."""
    from sevra_atlas.workers.queue import failed
    from sevra_atlas.workers.queue import retry as retried

    if bool(numbers) == all_failed:
        raise typer.BadParameter("name the jobs, or say --all", param_hint="JOB...")
    with _connection() as connection, connection.transaction():
        chosen = tuple(numbers or failed(connection, name))
        retried(connection, chosen)
    if as_json:
        typer.echo(json.dumps({"retried": list(chosen)}))
    else:
        typer.echo(f"{len(chosen)} jobs wait again" if len(chosen) != 1 else "1 job waits again")


@app.command(epilog="Example: [bold]sevra jobs run stats.check_counters[/bold]")
def run(name: Name, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Enqueue a periodic job now, out of its turn; a worker runs it, if no other run is at it."""
    from sevra_atlas.workers.catalogue import get_job
    from sevra_atlas.workers.queue import enqueue

    job = get_job(name)
    if job.ids:
        raise typer.BadParameter(f"{name} has a subject; what needs it enqueues it", param_hint="NAME")
    with _connection() as connection:
        number = enqueue(connection, job)
    typer.echo(json.dumps({"number": number, "name": name}) if as_json else f"job {number} waits")


@app.command(epilog="Example: [bold]sevra jobs catalogue[/bold]")
def catalogue(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """List every job there is, with its queue and when it is due."""
    from sevra_atlas.workers.catalogue import JOBS

    if as_json:
        told = [
            {
                "name": job.name,
                "queue": job.queue,
                "schedule": None if job.schedule is None else str(job.schedule),
                "when_due": job.due is not None,
                "runs": job.retry.attempts,
            }
            for job in JOBS
        ]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    listing = _table("job", "queue", "schedule (time of Tehran)", "runs")
    for job in JOBS:
        when = f"{job.schedule or 'when enqueued'}{', if something is to do' if job.due else ''}"
        listing.add_row(*(Text(cell) for cell in (job.name, job.queue, when, str(job.retry.attempts))))
    _console().print(listing)


def _found(*, limit: int, before: int | None, **asked: Any) -> "tuple[QueuedJob, ...]":
    from sevra_atlas.workers.queue import queued

    with _connection() as connection:
        return queued(connection, limit=limit, before=before, **asked)


def _show(  # noqa: PLR0913 - what is listed, how, and the place in the list
    found: "tuple[QueuedJob, ...]",
    heads: tuple[str, ...],
    cells: "Callable[[QueuedJob], tuple[str, ...]]",
    nothing: str,
    as_json: bool,  # noqa: FBT001 - a flag of the command
    *,
    limit: int,
    before: int | None,
) -> None:
    if as_json:
        typer.echo(json.dumps([_document(job) for job in found], ensure_ascii=False))
        return
    if not found:
        typer.echo(nothing if before is None else "nothing further")
        return
    listing = _table(*heads)
    for job in found:
        listing.add_row(*(Text(cell) for cell in cells(job)))
    _console().print(listing)
    if len(found) == limit:
        typer.echo(f"more: --before {found[-1].id}")


@contextmanager
def _connection() -> "Iterator[psycopg.Connection[Any]]":
    """Open a connection of the maintenance role, whose search path has the queue; in autocommit."""
    import psycopg

    from sevra_atlas.workers.queue import require_reachable

    with (
        opened() as source,
        psycopg.connect(role_url(source.urls(), "maintenance"), autocommit=True) as connection,
    ):
        require_reachable(connection)
        yield connection


def _document(value: "QueuedJob | Event") -> dict[str, Any]:
    return {
        name: fact.isoformat() if isinstance(fact, datetime) else fact for name, fact in asdict(value).items()
    }


def _about(job: "QueuedJob") -> str:
    return ", ".join(f"{name} {value}" for name, value in job.ids.items())


def _cells(job: "QueuedJob") -> tuple[str, ...]:
    return (
        *(str(job.id), job.name, _about(job), job.queue, job.state, str(job.runs)),
        *(f"{job.enqueued_at:%Y-%m-%d %H:%M:%S}", f"{job.changed_at:%Y-%m-%d %H:%M:%S}"),
    )


def _dead_cells(job: "QueuedJob") -> tuple[str, ...]:
    return (
        str(job.id),
        job.name,
        _about(job),
        str(job.runs),
        f"{job.changed_at:%Y-%m-%d %H:%M:%S}",
        _why(job),
    )


def _why(job: "QueuedJob") -> str:
    """Return the last error in a line, as far as it is known and tells nothing of persons."""
    if job.fault is None:
        return "not known: the worker's log has it"
    return job.fault if job.said is None else f"{job.fault}: {job.said}"


def _facts(job: "QueuedJob") -> Iterator[tuple[str, str]]:
    yield "job", f"{job.id} {job.name}"
    if job.ids:
        yield "about", _about(job)
    yield "queue", job.queue
    yield "state", job.state
    yield "ended runs", str(job.runs)
    if job.state == "failed":
        yield "why", _why(job)
    if job.state == "todo" and job.not_before is not None:
        yield "not before", f"{job.not_before:%Y-%m-%d %H:%M:%S}"


def _table(*heads: str) -> Table:
    return Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)
