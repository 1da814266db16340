"""The disk is full while an index is built: what was before stays, and resume goes on once there is room.

Only root may mount a file system; for others there is nothing to run here.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pgevolve.local import LocalPostgres

_SCENARIO = Path(__file__).with_name("full_disk.py")
_INDEX = "INDEX {}salons_name_idx ON public.salons (name) TABLESPACE small;"
_OUTSIDE = f"-- pgevolve: transaction=off\nCREATE {_INDEX.format('CONCURRENTLY ')}"
_INSIDE = f"ALTER TABLE public.salons ADD motto text;\nCREATE {_INDEX.format('')}"

if os.geteuid() == 0:

    @pytest.fixture
    def folder() -> Iterator[Path]:
        """Return a folder that the account of the server may enter."""
        with tempfile.TemporaryDirectory(prefix="pge-") as path:
            Path(path).chmod(0o755)
            yield Path(path)

    def _happened(server: LocalPostgres, folder: Path, statements: str) -> dict[str, Any]:
        command = [sys.executable, str(_SCENARIO), str(server.major), str(folder), statements]
        done = subprocess.run(["unshare", "--mount", *command], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        happened: dict[str, Any] = json.loads(done.stdout)
        return happened

    @pytest.mark.slow
    @pytest.mark.fault("the disk is full while an index is built concurrently")
    def test_an_index_that_is_built_concurrently(server: LocalPostgres, folder: Path) -> None:
        happened = _happened(server, folder, _OUTSIDE)

        assert happened["failure"]["sqlstate"] == "53100"
        assert "No space left on device" in happened["failure"]["said"]
        assert "resume" in happened["failure"]["hint"]
        assert happened["full"] == {"rows": 300_000, "columns": 0, "valid": [False], "state": "failed"}
        assert happened["after"] == {"rows": 300_000, "columns": 0, "valid": [True], "state": "applied"}
        assert happened["led"]

    @pytest.mark.slow
    @pytest.mark.fault("the disk is full while an index is built in a transaction")
    def test_an_index_that_is_built_in_a_transaction(server: LocalPostgres, folder: Path) -> None:
        happened = _happened(server, folder, _INSIDE)

        assert happened["failure"]["sqlstate"] == "53100"
        assert happened["full"] == {"rows": 300_000, "columns": 0, "valid": None, "state": "failed"}
        assert happened["after"] == {"rows": 300_000, "columns": 1, "valid": [True], "state": "applied"}
        assert happened["led"]
