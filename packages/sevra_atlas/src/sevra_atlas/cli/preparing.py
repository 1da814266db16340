"""From a database to one that the site can serve: roles, migrations, demo data. All may be repeated.

The models and the demo data are imported where they are used: a refusal does not wait for them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import typer
from psycopg import Connection

from pgevolve.connect import connect
from pgevolve.ledger import events, prepare_ledger, record_event
from pgevolve.progress import DeployEvent, DeployStarted, LockAwaited, RehearsalStarted, StepDone
from sevra_atlas.cli.database import Source, role_url
from sevra_atlas.cli.display import Display, Step
from sevra_atlas.cli.search import rebuilt_search
from sevra_atlas.provision import OWNER, Provisioned
from sevra_atlas.settings import archive_destination, backup_options, secret_key, sitemap_directory

if TYPE_CHECKING:
    from pgevolve.deploy import DeployReport
    from sevra_atlas.demo import DemoCounts, Size

T = TypeVar("T")

SizeName: TypeAlias = Literal["standard", "tiny"]

# Events of the ledger: this command made the database; demo data was loaded into it, or declined.
MADE = "sevra.made"
DEMO = "sevra.demo"


def provisioned(source: Source, display: Display) -> Provisioned:
    """Make roles and logins, and remember in the ledger when the database was empty before."""
    with display.step("roles") as step:
        found = source.provisioned()
        step.result("made" if found.made else "ready")
        if found.fresh:
            _remember_as_made(role_url(found.urls, "owner"))
    return found


def migrated(owner_url: str, admin_url: str | None, display: Display) -> None:
    """Deploy what is pending, rehearsed in a copy that the administrator's login makes where there is one.

    Raises pgevolve's errors; the ledger says what was left.
    """
    from pgevolve.deploy import deploy
    from sevra_atlas.migrate import project

    with display.step("migrations") as step:
        report = deploy(
            project(backup=backup_options()),
            owner_url,
            report=_DeployDisplay(step),
            copies_url=admin_url,
        )
        step.result(_outcome(report))


def erased_again(maintenance_url: str) -> None:
    """Erase again whom a restored backup brought back, before anybody serves or works.

    Connects only where somebody was erased once, and costs one query then. Raises SegmentStoreError: nobody
    knows then who it is.
    """
    from sevra_atlas.domain.retention.erasing import erase_again
    from sevra_atlas.domain.retention.run import transacting
    from sevra_atlas.domain.retention.segment_store import open_segments

    def transact(act: Callable[[Connection[Any]], T]) -> T:
        with connect(maintenance_url, purpose="retention") as connection:
            return transacting(connection)(act)

    replayed = erase_again(transact, open_segments(archive_destination()), secret_key())
    if replayed.erased:
        typer.echo(f"{len(replayed.erased)} persons were erased again, whom a backup had brought back")
    if replayed.refused:
        typer.echo(
            "a hold, or being the last administrator, keeps persons who were erased once:"
            f" {', '.join(map(str, replayed.refused))}",
            err=True,
        )


def with_demo(owner_url: str, media_dir: Path, size: SizeName, display: Display) -> None:
    """Load the demo data into a database that this command made, once; into another, never.

    Loading and the note of it are one transaction: a killed load leaves nothing and is repeated.
    """
    from sevra_atlas.demo import DemoDataPresentError

    with display.step("demo data") as step:
        if not _demo_is_due(owner_url):
            step.result("not loaded" if not _noted(owner_url, DEMO) else "present")
            return
        try:
            counts = load_demo(owner_url, media_dir, sized(size), step)
        except DemoDataPresentError:
            step.result("salons are there already")
        else:
            step.result(counts.in_words)


def without_demo(owner_url: str) -> None:
    """Note that demo data was declined, so that a later run does not put it beside real data."""
    if _demo_is_due(owner_url):
        with connect(owner_url, purpose="demo") as connection:
            record_event(connection, DEMO, {"declined": True})


def with_documents(owner_url: str, display: Display) -> None:
    """Make the documents of the search where there are none, otherwise those of what changed."""
    from sevra_atlas.domain import search_documents, search_queue

    with display.step("search") as step:
        with connect(owner_url, purpose="search") as connection:
            missing = search_documents.are_missing(connection)
            made = 0 if missing else search_queue.drain(connection)
        if missing:
            done, words = rebuilt_search(owner_url, step)
            step.result(f"{done.public} documents, {words} words")
        else:
            step.result(f"{made} documents brought up to date" if made else "up to date")


def with_sitemap(owner_url: str, base_url: str, display: Display) -> None:
    """Publish the sitemap of a database that has none, otherwise what changed since it was published."""
    from sevra_atlas.domain import sitemap_worker
    from sevra_atlas.domain.sitemap_folder import SitemapFolder
    from sevra_atlas.domain.sitemap_publishing import SitemapBusyError

    folder = SitemapFolder(sitemap_directory(), base_url)
    with display.step("sitemap") as step:
        folder.write_robots()
        with connect(owner_url, purpose="sitemap") as connection:
            try:
                done = sitemap_worker.catch_up(connection, folder)
            except SitemapBusyError:
                step.result("another process is publishing it")
            else:
                step.result(f"{done.files} files" if done.shards else "up to date")


def load_demo(owner_url: str, media_dir: Path, size: "Size", step: Step) -> "DemoCounts":
    """Load the demo data and note it in the ledger, in one transaction. Raises DemoDataPresentError."""
    from sevra_atlas.demo import load

    media_dir.mkdir(parents=True, exist_ok=True)
    with connect(owner_url, purpose="demo") as connection, connection.transaction():
        counts = load(connection, media_dir=media_dir, size=size, progress=step.progress)
        record_event(connection, DEMO, {"salons": counts.salons, "reviews": counts.reviews})
    return counts


def sized(name: SizeName) -> "Size":
    """Return the size of that name."""
    from sevra_atlas.demo import Size

    return {"standard": Size.standard, "tiny": Size.tiny}[name]()


def _remember_as_made(owner_url: str) -> None:
    with connect(owner_url, purpose="up") as connection, connection.transaction():
        prepare_ledger(connection, OWNER.name)
        record_event(connection, MADE, {})


def _outcome(report: "DeployReport") -> str:
    if not report.migrations:
        return "up to date"
    applied = f"{len(report.migrations)} applied"
    if report.rehearsal is not None:
        return f"{applied}, rehearsed in {report.rehearsal.seconds:.1f} s"
    if report.rehearsing is not None and report.rehearsing.expected:
        return f"{applied}, not rehearsed: {report.rehearsing.reason}"
    return applied


def _noted(owner_url: str, kind: str) -> bool:
    with connect(owner_url, purpose="up") as connection:
        return bool(events(connection, kind))


def _demo_is_due(owner_url: str) -> bool:
    return _noted(owner_url, MADE) and not _noted(owner_url, DEMO)


class _DeployDisplay:
    """Draws the events of a deploy: the steps done of all that are pending."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._done = self._total = 0

    def __call__(self, event: DeployEvent) -> None:
        if isinstance(event, LockAwaited):
            self._step.progress(f"waiting for {event.holder}", 0, 1)
        elif isinstance(event, RehearsalStarted):
            self._step.progress("rehearsing on the restored snapshot", 0, 1)
        elif isinstance(event, DeployStarted):
            self._total = event.steps
        elif isinstance(event, StepDone):
            self._done += 1
            self._step.progress("step", min(self._done, self._total), self._total)
