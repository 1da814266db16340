"""Run pytest with a marker expression; without Chromium the browser tests are left out, except in CI.

python tools/run_tests.py "not slow and not long" -n 2
"""

import os
import shutil
import sys


def marker_expression(wanted: str) -> str:
    """Return the expression to hand to pytest: in CI a missing browser must fail, so nothing is left out."""
    in_ci = os.environ.get("CI") == "true"
    if in_ci or shutil.which("chromium") or shutil.which("chromium-browser"):
        return wanted
    print("no Chromium on this machine: the browser tests are left out", file=sys.stderr)
    return f"({wanted}) and not browser"


def main(wanted: str, options: list[str]) -> int:
    """Run the tests and return pytest's status; there need not be a test that takes hours."""
    import pytest

    status = pytest.main(["-m", marker_expression(wanted), *options])
    nothing_to_run = wanted == "long" and status == pytest.ExitCode.NO_TESTS_COLLECTED
    return 0 if nothing_to_run else int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
