"""The targets of the Makefile and the tools that they call."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
TARGETS = ["help", "up", "down", "test", "test-slow", "test-long", "check", "bench", "clean"]


def make(*arguments: str, place: Path = ROOT) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=place, env=clean, capture_output=True, text=True, check=False
    )


def run_tool(name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / name), *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_without_a_target_lists_them_all() -> None:
    listed = [line.split()[0] for line in make().stdout.splitlines()[1:]]

    assert listed == TARGETS


def test_nothing_is_installed_again_when_nothing_changed(tmp_path) -> None:
    place = tmp_path / "my clone"
    shutil.copytree(ROOT / "requirements", place / "requirements")
    shutil.copy(ROOT / "Makefile", place)
    for package in ("pgevolve", "sevra_atlas"):
        (place / "packages" / package).mkdir(parents=True)
        (place / "packages" / package / "pyproject.toml").touch()
    (place / ".venv").mkdir()
    for stamp in ("python", "run", "test", "lint"):
        (place / ".venv" / f"{stamp}.stamp").touch()

    untouched = make("-n", "up", place=place).stdout
    os.utime(place / "requirements" / "run.txt", (2e9, 2e9))
    touched = make("-n", "up", place=place).stdout

    assert "pip" not in untouched
    assert "install --require-hashes -r requirements/run.txt" in touched
    assert "-m venv" not in touched


@pytest.mark.parametrize(
    ("place", "old", "new", "finding"),
    [
        ("run.in", "msgspec", "msgspec>=99", "msgspec .* is outside >=99"),
        ("run.in", "pillow", "pillow\nbeautifulsoup4", "beautifulsoup4 of run.in has no pin"),
        (
            "run.txt",
            "annotated-doc==",
            "--index-url https://pypi.example\nannotated-doc==",
            "holds an address",
        ),
        ("test.txt", "idna==", "idna==0.", "idna 0.* differs from"),
    ],
)
def test_pins_that_do_not_fit_are_found(tmp_path, place, old, new, finding) -> None:
    for folder in ("tools", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "requirements" / place
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))

    done = subprocess.run(
        [sys.executable, str(tmp_path / "tools" / "check_pins.py")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert re.search(finding, done.stderr), done.stderr


def test_the_pins_fit() -> None:
    done = run_tool("check_pins.py")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("variables", "expression"),
    [({"PATH": "/nowhere"}, "(not slow) and not browser"), ({"PATH": "/nowhere", "CI": "true"}, "not slow")],
)
def test_browser_tests_are_left_out_without_a_browser_but_never_in_ci(variables, expression) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r});"
        " from run_tests import marker_expression; print(marker_expression('not slow'))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == expression
