"""Folders of killed web processes are removed by the next one, and nobody else's."""

import os
import subprocess
import sys
from pathlib import Path

from sevra_atlas.cli.metrics_folder import metrics_folder, remove_left_behind

HOLD = """
import sys, time
from sevra_atlas.cli.metrics_folder import metrics_folder
with metrics_folder() as folder:
    (folder / "counter_1.db").write_bytes(b"x")
    print(folder, flush=True)
    sys.stdin.read()
"""


def held(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that counts in a folder of the place; return both."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place)},
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def test_the_folder_of_a_killed_process_goes_with_the_next_and_that_of_a_living_one_stays(
    tmp_path: Path,
) -> None:
    killed, left = held(tmp_path)
    killed.kill()
    killed.communicate(timeout=30)
    assert (left / "counter_1.db").exists()

    living, used = held(tmp_path)
    other, _ = held(tmp_path)
    found = left.exists(), used.exists()
    end(living)
    end(other)

    assert found == (False, True)
    assert list(tmp_path.iterdir()) == []


def gone() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_is_not_such_a_folder_of_a_process_that_is_gone_stays(tmp_path: Path) -> None:
    number = gone()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    place = tmp_path / "place"
    for name in (
        f"sevra-metrics-{os.getpid()}-own",
        "sevra-metrics-older",
        "sevra-metrics-0-x",
        f"other-{number}-x",
    ):
        (place / name).mkdir(parents=True)
    (place / f"sevra-metrics-{number}-file").touch()
    (place / f"sevra-metrics-{number}-link").symlink_to(elsewhere)
    before = sorted(place.iterdir())
    (place / f"sevra-metrics-{number}-left").mkdir()

    remove_left_behind(place)

    assert sorted(place.iterdir()) == before
    assert (elsewhere / "kept").exists()


def test_a_folder_whose_lock_is_held_stays_although_its_number_says_nothing(tmp_path: Path) -> None:
    process, folder = held(tmp_path)
    # As another container names it, whose processes are not seen from here.
    renamed = folder.rename(tmp_path / f"sevra-metrics-{gone()}-{folder.name[-3:]}")

    remove_left_behind(tmp_path)
    was_kept = renamed.exists()
    process.kill()
    process.communicate(timeout=30)
    remove_left_behind(tmp_path)

    assert (was_kept, renamed.exists()) == (True, False)


def test_the_folder_goes_with_the_block() -> None:
    with metrics_folder() as folder:
        (folder / "counter_1.db").touch()

    assert not folder.exists()
