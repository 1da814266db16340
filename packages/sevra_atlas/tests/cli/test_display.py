"""The display of steps: redrawn on a terminal, lines in a pipe, silent beside JSON."""

import io

import pytest
from rich.console import Console

from sevra_atlas.cli.display import display_for


def test_a_pipe_gets_one_plain_line_a_step(capsys) -> None:
    with display_for(Console(file=io.StringIO())).step("roles") as step:
        step.progress("made", 1, 4)
        step.result("ready")

    assert capsys.readouterr().out == "roles        ready (0.0 s)\n"


def test_a_step_that_fails_is_not_reported_as_done(capsys) -> None:
    with pytest.raises(ValueError, match="no"), display_for(Console(file=io.StringIO())).step("roles"):
        raise ValueError("no")

    assert capsys.readouterr().out == ""


def test_a_terminal_gets_the_result_beside_a_full_bar() -> None:
    screen = io.StringIO()

    with display_for(Console(file=screen, force_terminal=True, width=100)).step("demo data") as step:
        step.progress("reviews", 5, 10)
        step.result("10 reviews [all]")

    assert "\x1b[" in screen.getvalue()
    assert "✓" in screen.getvalue()
    assert "10 reviews [all]" in screen.getvalue()


def test_beside_json_nothing_is_shown_in_a_pipe(capsys) -> None:
    with display_for(Console(file=io.StringIO()), quiet=True).step("demo data") as step:
        step.progress("reviews", 5, 10)
        step.result("done")

    assert capsys.readouterr().out == ""
