"""What a command line shows of a backfill."""

import contextlib
import os
import pty
import threading
from collections.abc import Callable

import pytest

from pgevolve.backfill.recorded import FillReport
from pgevolve.cli.deploy import print_report
from pgevolve.cli.progress import describe, filled_line, progress
from pgevolve.deploy import DeployReport, MigrationReport
from pgevolve.progress import (
    BackfillDone,
    BackfillNoticed,
    BackfillProgress,
    BackfillRefused,
    BackfillStarted,
    BackfillWaits,
    DeployEvent,
)

_HALF = BackfillProgress("m", "public.goods", 500_000, 1_000_000, 1, 0.5, 128, 41_200.4, 107.2)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (BackfillStarted("m", "public.goods", 5_000_000, 1, 0.0), None),
        (
            BackfillStarted("m", "public.goods", 5, 2, 0.25),
            "going on with the backfill of public.goods at 25% of pass 2",
        ),
        (
            BackfillWaits("m", "public.goods", "a checkpoint came early"),
            "the backfill of public.goods waits: a checkpoint came early",
        ),
        (
            BackfillNoticed("m", "public.goods", "the standby 'a' is gone"),
            "warning: the standby 'a' is gone (backfill of public.goods)",
        ),
        (
            BackfillRefused("m", "public.goods", 1),
            "the backfill of public.goods met locked rows, attempt 2 follows with fewer",
        ),
        (
            BackfillDone("m", "public.goods", 1_000, 2, 3.21),
            "filled public.goods: 1,000 rows in 2 passes and 3.2 s",
        ),
        (_HALF, None),
    ],
)
def test_events_are_lines(event: DeployEvent, line: str | None) -> None:
    assert describe(event) == line


def test_a_batch_tells_share_rows_rate_and_what_remains() -> None:
    assert filled_line(_HALF) == (
        "public.goods: 50% of pass 1, 500,000 of about 1,000,000 rows, 41,200 rows a second, 0:01:47 left"
    )


def test_a_pipe_gets_a_batch_only_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress(quiet=False) as tell:
        assert tell is not None
        tell(BackfillStarted("m", "public.goods", 0, 1, 0.0))
        for _ in range(5):
            tell(_HALF)

    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _on_a_terminal(monkeypatch, lambda tell: tell(_HALF))

    assert "50% of pass 1" in shown
    assert "50/100" in shown


def _on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, draw: Callable[[Callable[[DeployEvent], None]], None]
) -> str:
    """Return what a terminal of 200 columns shows in the end."""
    master, slave = pty.openpty()
    pieces: list[bytes] = []

    def read() -> None:
        # The end of a terminal is an error on Linux.
        with contextlib.suppress(OSError):
            while piece := os.read(master, 4096):
                pieces.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr("sys.stdout", terminal)
        with progress(quiet=False) as tell:
            assert tell is not None
            draw(tell)
    reader.join()
    os.close(master)
    return b"".join(pieces).decode()


def test_the_report_names_what_an_operator_should_know(capsys: pytest.CaptureFixture[str]) -> None:
    filled = FillReport("public.goods", 1_000, 2, 7, 12.5, 2.0, ("the standby 'a' is gone",))

    print_report(DeployReport((MigrationReport("m", 13.0, (), (filled,)),), 13.0))

    assert capsys.readouterr().out.splitlines() == [
        "  filled public.goods: 1,000 rows in 7 batches",
        "       waited 2.00 s, ran 10.50 s",
        "       the standby 'a' is gone",
        "1 applied in 13.0 s; the schema is as the history says",
    ]
