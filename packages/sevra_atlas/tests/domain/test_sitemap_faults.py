"""A writer that is killed, a folder that is lost, two that would write: what is served stays whole."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from factories import make_salon
from sitemap_scene import BASE_URL, Bench, read_set, worker_of

from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_publishing import SitemapBusyError, leading, publish
from sevra_atlas.domain.sitemap_xml import Caps

_SMALL = Caps(urls=4, size=45_000_000)
# One process that lends itself to be killed: at the step of which it reads the number.
_WRITER = """
import os, signal, sys
from pathlib import Path
import psycopg
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_publishing import _LEADER_KEY, leading, publish
from sevra_atlas.domain.sitemap_xml import Caps

url, path, base_url = sys.argv[1:]
for line in sys.stdin:
    left = int(line)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        ended = f"ended {os.waitstatus_to_exitcode(status)}"
        print("killed" if os.WIFSIGNALED(status) else ended, flush=True)
        continue
    def on_step(name):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    folder = SitemapFolder(Path(path), base_url, Caps(urls=4, size=45_000_000))
    with psycopg.connect(url, autocommit=True) as worker:
        # The server may not have seen yet that the one before is gone; a session may take a lock twice.
        worker.execute("SELECT pg_advisory_lock(%s)", (_LEADER_KEY,))
        with leading(worker), worker.transaction():
            publish(worker, folder, on_step=on_step)
            on_step("commit")
    os._exit(0)
"""


def _salons(bench: Bench, first: int, end: int) -> None:
    with bench.db.session() as session:
        for number in range(first, end):
            make_salon(session, slug=f"s{number}")


def test_a_kill_at_any_step_of_the_writer_leaves_the_previous_complete_set_in_place(bench: Bench) -> None:
    bench.folder = SitemapFolder(bench.folder.path, BASE_URL, _SMALL)
    _salons(bench, 0, 6)
    bench.tick()
    before = bench.files()
    # The first of six goes: each part begins at another address than before.
    bench.change("DELETE FROM salons WHERE slug = 's0'")
    _salons(bench, 6, 9)
    bench.drain()
    url = bench.db.url("sevra_maintenance")
    command = [sys.executable, "-c", _WRITER, url, str(bench.folder.path), BASE_URL]
    killed, seen = 0, set()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        while True:
            writer.stdin.write(f"{killed}\n")
            writer.stdin.flush()
            outcome = writer.stdout.readline().strip()
            served = bench.files()
            if outcome != "killed":
                break
            killed += 1
            new = served != before
            seen.add(new)
            listed = b"".join(served[name] for name in served if name.startswith("salons-"))
            assert listed.count(b"<url>") == (8 if new else 6)
            assert served["sitemap.xml"].count(b"<sitemap>") == len(served) - 1
        writer.stdin.close()

    assert outcome == "ended 0"
    assert killed > 12
    assert seen == {False, True}
    assert {path.name for path in (bench.folder.path / "sets").iterdir()} == {
        (bench.folder.path / "current").readlink().name
    }
    dirty = bench.worker.execute("SELECT count(*) FROM sitemap_shards WHERE is_dirty").fetchone()
    assert dirty == (0,)


def test_two_leaders_cannot_render_at_the_same_time(bench: Bench) -> None:
    _salons(bench, 0, 1)
    with worker_of(bench.db) as other, leading(other):
        with pytest.raises(SitemapBusyError):
            bench.tick()
        assert not bench.folder.path.exists()

    assert bench.tick().files == 2


def test_the_lock_of_a_leader_that_is_gone_is_free(bench: Bench) -> None:
    with worker_of(bench.db) as other:
        with pytest.raises(ZeroDivisionError), leading(other):
            raise ZeroDivisionError
        assert bench.tick().files == 1


def test_a_transaction_that_is_not_committed_is_made_good_by_the_next_run(bench: Bench) -> None:
    _salons(bench, 0, 2)
    bench.tick()
    _salons(bench, 2, 3)
    bench.drain()
    with bench.worker.transaction(force_rollback=True):
        publish(bench.worker, bench.folder, now=bench.now)
    ahead = bench.files()
    bench.later(minutes=1)
    bench.change("DELETE FROM salons WHERE slug = 's2'")

    bench.tick()

    assert b"/s2<" in ahead["salons-0.xml.gz"]
    assert b"/s2<" not in bench.files()["salons-0.xml.gz"]


@pytest.mark.parametrize("lost", ["everything", "the manifest", "the address"])
def test_a_folder_that_is_not_what_the_database_says_is_written_again(bench: Bench, lost: str) -> None:
    _salons(bench, 0, 2)
    bench.tick()
    before = bench.files()
    if lost == "everything":
        shutil.rmtree(bench.folder.path)
    elif lost == "the manifest":
        (bench.folder.path / "current" / "manifest.json").unlink()
    else:
        bench.folder = SitemapFolder(bench.folder.path, "https://other.example")

    published = bench.tick()

    moved = {
        name: data.replace(b"https://other.example", BASE_URL.encode())
        for name, data in bench.files().items()
    }
    assert published.shards == 2
    assert moved.keys() == before.keys()
    assert {name for name in before if name != "sitemap.xml" and moved[name] != before[name]} == set()


def test_nothing_is_written_when_nothing_changed(bench: Bench) -> None:
    _salons(bench, 0, 2)
    bench.tick()
    served = (bench.folder.path / "current").readlink()

    assert bench.tick().shards == 0
    assert (bench.folder.path / "current").readlink() == served


def test_files_are_the_same_bytes_each_time_and_hold_no_name_and_no_time(bench: Bench) -> None:
    _salons(bench, 0, 2)
    bench.tick()
    bench.later(days=1)
    other = SitemapFolder(bench.folder.path.with_name("other"), BASE_URL)

    bench.rebuild(other)

    name = "current/sitemaps/salons-0.xml.gz"
    packed = (bench.folder.path / name).read_bytes()
    assert packed == (other.path / name).read_bytes()
    # RFC 1952: no flags, so no file name; a modification time of zero.
    assert packed[3:8] == bytes(5)


def test_a_reader_of_an_older_set_goes_on_reading_it(bench: Bench) -> None:
    _salons(bench, 0, 2)
    bench.tick()
    before = read_set(bench.folder.path)["sitemap.xml"]
    with (bench.folder.path / "current" / "sitemap.xml").open("rb") as reader:
        _salons(bench, 2, 3)
        bench.later(minutes=1)
        bench.tick()

        assert reader.read() == before
    assert bench.folder.read("sitemap.xml") != before
    assert bench.folder.read("sitemaps/none-0.xml.gz") is None


def test_robots_is_written_once_and_names_the_sitemap(tmp_path: Path) -> None:
    folder = SitemapFolder(tmp_path / "sitemap", BASE_URL)
    folder.write_robots()
    written = (tmp_path / "sitemap" / "robots.txt").stat()

    folder.write_robots()

    assert (tmp_path / "sitemap" / "robots.txt").stat().st_ino == written.st_ino
    assert [path.name for path in (tmp_path / "sitemap").iterdir()] == ["robots.txt"]
    lines = (tmp_path / "sitemap" / "robots.txt").read_text().splitlines()
    assert lines[-1] == f"Sitemap: {BASE_URL}/sitemap.xml"
