"""Run pytest with a marker expression; what a test needs and the machine lacks leaves it out, except in CI.

python tools/run_tests.py "not slow and not long" -n 2
"""

import os
import shutil
import sys

# The program that the tests of a marker need, by the names it may have.
_NEEDED = {"browser": ("chromium", "chromium-browser"), "pgbouncer": ("pgbouncer",)}


def marker_expression(wanted: str) -> str:
    """Return the expression to hand to pytest: in CI a missing program must fail, so nothing is left out."""
    if os.environ.get("CI") == "true":
        return wanted
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    for marker, names in _NEEDED.items():
        if not any(shutil.which(name, path=path) for name in names):
            print(f"no {names[0]} on this machine: its tests are left out", file=sys.stderr)
            wanted = f"({wanted}) and not {marker}"
    return wanted


def main(wanted: str, options: list[str]) -> int:
    """Run the tests and return pytest's status; there need not be a test that takes hours."""
    # The tests run hundreds of commands; each would compile the engine and the application anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    import pytest

    status = pytest.main(["-m", marker_expression(wanted), *options])
    nothing_to_run = wanted == "long" and status == pytest.ExitCode.NO_TESTS_COLLECTED
    return 0 if nothing_to_run else int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
