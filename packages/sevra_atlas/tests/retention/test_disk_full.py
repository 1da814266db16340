"""The disk of the archive is full from one step on: the batch stays whole, and goes once there is room.

Only root may mount a file system; for others there is nothing to run here.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgevolve.local import LocalPostgres

_SCENARIO = Path(__file__).with_name("full_archive.py")
# From the count on nothing more is written to that disk.
_TOO_LATE = {"CHECK_COUNT", "COMMIT"}

if os.geteuid() == 0:

    @pytest.fixture
    def folder() -> Iterator[Path]:
        """Return a folder that the account of the server may enter."""
        with tempfile.TemporaryDirectory(prefix="sva-") as path:
            Path(path).chmod(0o755)
            yield Path(path)

    @pytest.mark.slow
    def test_a_full_disk_at_any_step_leaves_the_batch_whole(server: LocalPostgres, folder: Path) -> None:
        command = [sys.executable, str(_SCENARIO), str(server.major), str(folder)]
        done = subprocess.run(["unshare", "--mount", *command], check=False, capture_output=True, text=True)

        assert done.returncode == 0, done.stderr
        happened = json.loads(done.stdout)
        assert len(happened["runs"]) == 6
        for each in happened["runs"]:
            full = (
                [None, "ARCHIVED", 0, 1, True]
                if each["step"] in _TOO_LATE
                else ["53100", "TRASHED", 1, 0, True]
            )
            assert [each["failure"], *each["full"]] == full, each
            assert each["again"] == (0 if each["step"] in _TOO_LATE else 1), each
            assert each["after"] == ["ARCHIVED", 0, 1, True], each
        returned = happened["return"]
        assert (returned["failure"], returned["full"]) == ("53100", ["ARCHIVED", 0, 41, True, 0])
        assert (returned["waiting"], returned["after"]) == (40, ["RESTORED", 0, 0, True, 1])
