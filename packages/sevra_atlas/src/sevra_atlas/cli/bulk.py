"""A bulk load of demo data, noted in the ledger: when its rows are committed, and when it is finished."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgevolve.connect import Connection, connect
from pgevolve.ledger import events, record_event
from sevra_atlas.cli.errors import Interrupted, InterruptedCommandError
from sevra_atlas.cli.preparing import DEMO

if TYPE_CHECKING:
    from sevra_atlas.cli.display import Step
    from sevra_atlas.demo import DemoCounts
    from sevra_atlas.demo.scale import Amounts, Part
    from sevra_atlas.domain.invariants import Outcome


@dataclass(frozen=True, slots=True)
class BulkLoaded:
    """What a bulk load made, what each part took, and what was checked."""

    counts: "DemoCounts"
    parts: "tuple[Part, ...]"
    checks: "tuple[Outcome, ...]"


def load_bulk(owner_url: str, media_dir: Path, amounts: "Amounts", step: "Step") -> BulkLoaded:
    """Load, finish and check. Raises DemoDataPresentError, UnfinishedLoadError, BrokenInvariantsError.

    The rows are one transaction. What ends after it leaves a database that says of itself that it is
    unfinished.
    """
    from sevra_atlas.demo import counts
    from sevra_atlas.demo.scale import Timings, finish, load_rows

    def connected() -> Connection:
        return connect(owner_url, purpose="demo")

    media_dir.mkdir(parents=True, exist_ok=True)
    timings = Timings(step.progress)
    with told_when_interrupted(connected), connected() as connection:
        require_finished(connection)
        with connection.transaction():
            load_rows(connection, media_dir=media_dir, amounts=amounts, timings=timings)
            record_event(connection, DEMO, {"bulk": "rows"})
        checks = finish(connected, timings)
        record_event(connection, DEMO, {"bulk": "finished"})
        return BulkLoaded(counts(connection), tuple(timings.parts), checks)


@contextmanager
def told_when_interrupted(connected: Callable[[], Connection]) -> Iterator[None]:
    """Say of an interrupted load what is to be done next, which the database knows.

    Raises InterruptedCommandError when its rows are committed, so that the next load refuses them.
    """
    from sevra_atlas.demo import UnfinishedLoadError

    try:
        yield
    except Interrupted as interrupted:
        try:
            with connected() as connection:
                require_finished(connection)
        except UnfinishedLoadError as error:
            raise InterruptedCommandError(interrupted.number, error.hint) from error
        raise


def require_finished(connection: Connection) -> None:
    """Raise UnfinishedLoadError when a bulk load wrote its rows here and did not come to its end."""
    from sevra_atlas.demo import UnfinishedLoadError

    stages = [event.detail["bulk"] for event in events(connection, DEMO) if "bulk" in event.detail]
    if stages and stages[-1] != "finished":
        raise UnfinishedLoadError
