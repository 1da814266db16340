"""Closed months are written to files, read back, dropped, restored from, purged from; damage is found."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from archive_scene import Scene, make_directory
from factories import make_salon, make_user
from faulty_worker import Forks, Worker, disconnect, kill
from obstore.store import MemoryStore

from sevra_atlas.domain.retention import holds
from sevra_atlas.domain.retention.conservation import balances
from sevra_atlas.domain.retention.errors import (
    DamagedBatchError,
    SegmentDamagedError,
    SegmentFormatError,
    SegmentMissingError,
    SegmentStoreError,
)
from sevra_atlas.domain.retention.exporting import (
    Export,
    Segment,
    export_month,
    open_months,
    rows_of_month,
    segments,
    sweep,
    write_segment,
)
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.rewriting import drop_month, rewrite_purged
from sevra_atlas.domain.retention.run import run_once
from sevra_atlas.domain.retention.segment_store import LocalSegments, SegmentStore, open_segments
from sevra_atlas.domain.retention.segments import Line, manifest_key
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.retention.upconverting import Row, Upconverters, upconverters
from sevra_atlas.domain.retention.verifying import verify, verify_segments
from sevra_atlas.schema.access import MAINTENANCE

_EXPORT = [step for step in ArchiveFault if step.name.startswith("EXPORT_")] + [ArchiveFault.DROP_PARTITION]


@pytest.fixture
def store(tmp_path: Path) -> LocalSegments:
    return LocalSegments(tmp_path / "archive")


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


def closed_month(scene: Scene, *rows: tuple[str, int], days: int = 70) -> list[int]:
    """Archive rows a good two months ago, in a month with a partition of its own; return their batches.

    Without rows it is everything that is archived already.
    """
    batches = [scene.delete(table, row_id) for table, row_id in rows]
    scene.age(31)
    assert scene.run().archived == len(batches)
    scene.age_archive(days, *batches)
    month = scene.value(
        "SELECT date_trunc('month', now() - make_interval(days => %s), 'UTC')::date::text", days
    )
    with scene.owner.transaction():
        scene.owner.execute(
            "CREATE TABLE archive.m (LIKE archive.rows INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        )
        scene.owner.execute(
            "WITH gone AS (DELETE FROM archive.rows"
            " WHERE %s::bigint[] = '{}' OR batch_id = ANY (%s) RETURNING *)"
            " INSERT INTO archive.m SELECT * FROM gone",
            (batches, batches),
        )
        name = f"archive.rows_{month[:4]}{month[5:7]}"
        scene.owner.execute(f"ALTER TABLE archive.m RENAME TO {name.removeprefix('archive.')}".encode())
        scene.owner.execute(
            f"ALTER TABLE archive.rows ATTACH PARTITION {name} FOR VALUES FROM ('{month} 00:00+00')"
            f" TO ('{next_month(month)} 00:00+00')".encode()
        )
    return batches


def next_month(month: str) -> str:
    first = date.fromisoformat(month)
    return str(date(first.year + first.month // 12, first.month % 12 + 1, 1))


def exported(scene: Scene, store: SegmentStore, *, drop: bool = False) -> Segment:
    (month,) = open_months(scene.workers)
    segment = export_month(scene.workers, store, month)
    if drop:
        assert drop_month(scene.workers, store, segment)
    return segment


def lines_of(store: LocalSegments, segment: Segment) -> list[dict[str, object]]:
    text = gzip.decompress(b"".join(bytes(piece) for piece in store.read(segment.key)))
    return [json.loads(line) for line in text.splitlines()]


def broken(scene: Scene, store: SegmentStore) -> list[object]:
    return [each for each in balances(scene.workers, store) if not each.is_kept]


def salons(scene: Scene, count: int) -> list[tuple[str, int]]:
    with scene.rows() as session:
        return [("salons", make_salon(session).id) for _ in range(count)]


def test_a_closed_month_is_written_line_by_line_with_a_manifest(
    scene: Scene, store: LocalSegments, tmp_path: Path
) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    batches = closed_month(scene, ("salons", ids["salons"]), ("posts", ids["posts"]))

    segment = exported(scene, store)

    lines = lines_of(store, segment)
    assert segment.row_count == len(lines) == sum(scene.archived().values())
    assert {line["batch"] for line in lines} == set(batches)
    about = json.loads(
        (tmp_path / "archive" / segment.key.replace(".jsonl.gz", ".manifest.json")).read_text()
    )
    assert (about["format"], about["row_count"], about["sha256"]) == (1, len(lines), segment.sha256.hex())
    assert about["tables"] == scene.archived()
    assert sum(about["batches"].values()) == len(lines)
    assert sorted(path.suffix for path in (tmp_path / "archive").iterdir()) == [".gz", ".json"]
    assert scene.value("SELECT verified_at IS NOT NULL FROM archive.segments")
    assert open_months(scene.workers) == ()
    assert verify_segments(scene.workers, store).damaged == ()


def test_a_month_that_lasts_or_ended_an_hour_ago_is_not_exported(scene: Scene) -> None:
    (salon,) = salons(scene, 1)
    scene.delete(*salon)
    scene.age(31)
    scene.run()

    assert open_months(scene.workers) == ()


def test_the_same_rows_give_the_same_bytes(scene: Scene, store: LocalSegments, tmp_path: Path) -> None:
    closed_month(scene, *salons(scene, 2))
    first = exported(scene, store)
    scene.owner.execute("DELETE FROM archive.segments")

    assert exported(scene, LocalSegments(tmp_path / "other")).sha256 == first.sha256


def test_a_bucket_takes_and_gives_segments(scene: Scene) -> None:
    closed_month(scene, *salons(scene, 2))
    bucket = SegmentStore(MemoryStore(), "memory")

    segment = exported(scene, bucket, drop=True)

    assert (segment.row_count, scene.archived()) == (2, {})
    assert verify_segments(scene.workers, bucket).lines == 2
    assert broken(scene, bucket) == []
    with pytest.raises(SegmentMissingError):
        list(SegmentStore(MemoryStore(), "memory").read(segment.key))


def test_a_dropped_month_comes_back_from_its_segment(scene: Scene, store: LocalSegments) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    salon, post = closed_month(scene, ("salons", ids["salons"]), ("posts", ids["posts"]))
    whole = scene.archived()
    exported(scene, store, drop=True)
    assert scene.archived() == {}
    assert broken(scene, store) == []
    with pytest.raises(DamagedBatchError):
        restore(scene.workers, salon)

    returned = [restore(scene.workers, batch, segments=store) for batch in (salon, post)]

    assert returned[0].rows + returned[1].rows == whole
    assert [scene.state(batch) for batch in (salon, post)] == ["RESTORED"] * 2
    assert scene.archived() == {}
    assert broken(scene, store) == []


def _with_motto(row: Row) -> Row:
    return {**row, "motto": "x"}


def test_a_row_of_a_segment_is_restored_after_later_migrations(scene: Scene, store: LocalSegments) -> None:
    (batch,) = closed_month(scene, *salons(scene, 1))
    exported(scene, store, drop=True)
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("ALTER TABLE public.salons ADD COLUMN motto text NOT NULL DEFAULT ''")
    later = {"later": {"salons": _with_motto}}
    history = Upconverters((*upconverters().migrations, "later", "latest"), later)

    restore(scene.workers, batch, segments=store, converters=history)

    assert scene.value("SELECT motto FROM salons") == "x"


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_an_altered_byte_in_a_segment_is_found_and_nothing_is_inserted(
    scene: Scene, store: LocalSegments, tmp_path: Path, place: float
) -> None:
    batches = closed_month(scene, *salons(scene, 3))
    segment = exported(scene, store, drop=True)
    file = tmp_path / "archive" / segment.key
    whole = bytearray(file.read_bytes())
    whole[int(len(whole) * place)] ^= 1
    file.write_bytes(whole)

    assert len(verify_segments(scene.workers, store).damaged) == 1
    with pytest.raises(SegmentDamagedError):
        restore(scene.workers, batches[0], segments=store)
    assert scene.value("SELECT count(*) FROM salons") == 0
    file.unlink()
    with pytest.raises(SegmentMissingError):
        restore(scene.workers, batches[0], segments=store)


def test_a_row_that_was_rewritten_with_its_file_hash_is_found(
    scene: Scene, store: LocalSegments, tmp_path: Path
) -> None:
    closed_month(scene, *salons(scene, 1))
    segment = exported(scene, store)
    (line,) = lines_of(store, segment)
    file = tmp_path / "archive" / segment.key
    file.write_bytes(gzip.compress(json.dumps({**line, "row": "{}"}).encode() + b"\n"))
    forged = LocalSegments(tmp_path / "archive")

    with pytest.raises(SegmentDamagedError, match="is not what was archived"):
        list(segment.lines(forged))


def test_a_partition_is_dropped_only_when_every_row_of_it_stands_in_the_segment(
    scene: Scene, store: LocalSegments, tmp_path: Path
) -> None:
    batches = closed_month(scene, *salons(scene, 2))
    segment = exported(scene, store)
    file = tmp_path / "archive" / segment.key
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    with pytest.raises(SegmentDamagedError):
        drop_month(scene.workers, store, segment)
    file.write_bytes(whole)
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE archive.rows SET row_sha256 = sha256('x') WHERE batch_id = %s", (batches[0],)
        )
    with pytest.raises(SegmentDamagedError, match="differs from its line"):
        drop_month(scene.workers, store, segment)

    assert scene.archived() == {"salons": 2}


def test_a_batch_that_came_back_leaves_the_segment_before_the_month_is_dropped(
    scene: Scene, store: LocalSegments
) -> None:
    back, stays = closed_month(scene, *salons(scene, 2))
    segment = exported(scene, store)
    restore(scene.workers, back, segments=store)
    assert broken(scene, store) == []

    assert drop_month(scene.workers, store, segment)

    (after,) = segments(scene.workers)
    assert [line["batch"] for line in lines_of(store, after)] == [stays]
    assert broken(scene, store) == []


@pytest.mark.parametrize("drop", [True, False])
def test_purging_takes_the_lines_out_of_the_segment(
    scene: Scene, store: LocalSegments, tmp_path: Path, *, drop: bool
) -> None:
    with scene.rows() as session:
        first, second = make_salon(session, slug="gone-for-good").id, make_salon(session).id
    over, stays = closed_month(scene, ("salons", first), ("salons", second))
    segment = exported(scene, store, drop=drop)
    scene.owner.execute(
        "UPDATE deletion_batches SET hold_until = 'infinity', hold_reason = 'x' WHERE id = %s", (stays,)
    )
    scene.owner.execute("UPDATE retention_policies SET archive_days = 60 WHERE entity_type = 'SALON'")

    if drop:
        assert len(run_once(scene.workers).failed) == 1
    assert run_once(scene.workers, segments=store).purged == 1
    assert rewrite_purged(scene.workers, store) == 1
    assert sweep(scene.workers, store) == 2

    (after,) = segments(scene.workers)
    assert scene.state(over) == "PURGED"
    assert [line["batch"] for line in lines_of(store, after)] == [stays]
    assert after.key != segment.key
    files = {path.name: path for path in (tmp_path / "archive").iterdir()}
    assert set(files) == {after.key, manifest_key(after.key)}
    assert b"gone-for-good" not in gzip.decompress(files[after.key].read_bytes())
    about = json.loads(files[manifest_key(after.key)].read_text())
    assert [(each["why"], each["lines"]) for each in about["rewritten"]] == [("purged or restored", 1)]
    assert scene.value("SELECT kind::text FROM url_paths WHERE path = '/atlas/salon/gone-for-good'") == "gone"
    assert broken(scene, store) == []
    assert rewrite_purged(scene.workers, store) == 0


def test_a_rewriting_that_is_interrupted_leaves_the_old_file_in_force(
    scene: Scene, store: LocalSegments, tmp_path: Path
) -> None:
    class StruckError(Exception):
        pass

    def interrupt(step: ArchiveFault) -> None:
        if step is ArchiveFault.EXPORT_VERIFY:
            raise StruckError

    over, stays = closed_month(scene, *salons(scene, 2))
    exported(scene, store, drop=True)
    holds.hold_batch(scene.workers, stays, "x")
    scene.owner.execute("UPDATE retention_policies SET archive_days = 60 WHERE entity_type = 'SALON'")
    run_once(scene.workers, segments=store)

    with pytest.raises(StruckError):
        rewrite_purged(scene.workers, store, Watch(at=interrupt))

    assert len(list((tmp_path / "archive").iterdir())) == 4
    assert verify_segments(scene.workers, store).damaged == ()
    assert broken(scene, store) == []
    assert rewrite_purged(scene.workers, store) == 1
    sweep(scene.workers, store)
    assert len(list((tmp_path / "archive").iterdir())) == 2
    assert scene.state(over) == "PURGED"
    assert restore(scene.workers, stays, segments=store).rows == {"salons": 1}


def test_a_form_of_another_version_is_refused_by_its_number(scene: Scene, store: LocalSegments) -> None:
    (batch,) = closed_month(scene, *salons(scene, 1))
    exported(scene, store, drop=True)
    scene.owner.execute("UPDATE archive.segments SET format_version = 7")

    with pytest.raises(SegmentFormatError) as refusal:
        restore(scene.workers, batch, segments=store)
    assert (refusal.value.form, refusal.value.known) == (7, 1)


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SegmentStoreError):
        open_segments(str(tmp_path / "file" / "archive"))
    with pytest.raises(SegmentStoreError):
        open_segments("nowhere://bucket")


def stop(scene: Scene, worker: Worker) -> int:
    worker.signal(signal.SIGSTOP)
    worker.signal(signal.SIGCONT)
    worker.go_on()
    return 0


@pytest.mark.parametrize("strike", [kill, disconnect, pytest.param(stop, marks=pytest.mark.slow)])
@pytest.mark.parametrize("step", _EXPORT, ids=lambda step: step.name)
def test_a_fault_at_any_step_of_an_export_loses_no_row_and_the_next_one_completes_the_month(
    scene: Scene,
    forks: Forks,
    tmp_path: Path,
    step: ArchiveFault,
    strike: Callable[[Scene, Worker], int],
) -> None:
    store = LocalSegments(tmp_path / "archive")
    batches = closed_month(scene, *salons(scene, 3))
    url = f"{scene.database.url(MAINTENANCE)}&application_name=faulty"
    worker = forks.worker_at(url, step.name, str(tmp_path / "archive"))

    expected = strike(scene, worker)

    assert worker.end() == expected
    assert broken(scene, store) == []
    # Whatever lies there is the segment that the database names, whole, or nobody takes it for one.
    assert verify_segments(scene.workers, store).damaged == ()
    for month in open_months(scene.workers):
        export_month(scene.workers, store, month)
    for segment in segments(scene.workers):
        if segment.dropped_at is None:
            assert drop_month(scene.workers, store, segment)
    assert scene.archived() == {}
    assert (broken(scene, store), verify(scene.workers).misplaced) == ([], ())
    assert verify_segments(scene.workers, store).damaged == ()
    assert not list((tmp_path / "archive").glob("*.partial"))
    for batch in batches:
        assert restore(scene.workers, batch, segments=store).rows == {"salons": 1}


# The driver warns of a cursor that nobody could close, because its session was gone.
@pytest.mark.filterwarnings("ignore:.*ServerCursorMixin:pytest.PytestUnraisableExceptionWarning")
def test_a_connection_that_ends_between_two_rows_leaves_no_file(scene: Scene, store: LocalSegments) -> None:
    closed_month(scene, *salons(scene, 3))
    (month,) = open_months(scene.workers)

    def cut(lines: Iterator[Line]) -> Iterator[Line]:
        yield next(lines)
        scene.end_session("faulty")
        yield from lines

    url = f"{scene.database.url(MAINTENANCE)}&application_name=faulty"
    with pytest.raises(psycopg.OperationalError), psycopg.connect(url) as workers:
        write_segment(Export(workers, store, Watch()), month, cut(rows_of_month(workers, month)))

    assert (store.names(), segments(scene.workers)) == (frozenset(), ())
    assert exported(scene, store).row_count == 3


def test_a_restore_from_a_file_that_breaks_off_inserts_nothing(
    scene: Scene, store: LocalSegments, tmp_path: Path
) -> None:
    batch, *_ = closed_month(scene, *salons(scene, 3))
    segment = exported(scene, store, drop=True)
    file = tmp_path / "archive" / segment.key
    whole = file.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(SegmentDamagedError):
            restore(scene.workers, batch, segments=store)
    file.write_bytes(whole)

    assert scene.value("SELECT count(*) FROM salons") == 0
    assert restore(scene.workers, batch, segments=store).rows == {"salons": 1}


if os.geteuid() == 0:

    def test_a_full_disk_leaves_no_file_and_the_next_export_completes_the_month(
        scene: Scene, tmp_path: Path
    ) -> None:
        closed_month(scene, *salons(scene, 3))
        with scene.rows() as session:
            person = make_user(session).id
        scenario = Path(__file__).with_name("full_export.py")
        command = [sys.executable, str(scenario), scene.database.url(MAINTENANCE), str(tmp_path), str(person)]

        done = subprocess.run(["unshare", "--mount", *command], check=False, capture_output=True, text=True)

        assert done.returncode == 0, done.stderr
        happened = json.loads(done.stdout)
        refused = {"error": "No space left on device", "files": [], "open": 1, "kept": True}
        # From the renaming on nothing more is written.
        whole = {"error": None, "files": 2, "open": 0, "kept": True}
        assert happened["EXPORT_WRITE"] == happened["EXPORT_FSYNC"] == happened["bucket"] == refused
        assert happened["EXPORT_RENAME"] == happened["EXPORT_VERIFY"] == happened["again"] == whole
        assert happened["erase"] == {"error": "No space left on device", "erased": False, "listed": 1}
        assert happened["erase again"] == {"error": None, "erased": True, "listed": 2}
