"""The privileges on the schema public that a dump holds."""

import tempfile
from pathlib import Path

from pgevolve.local import Binaries
from pgevolve.snapshot.tools import RunningTool

_ENTRY = b" ACL - SCHEMA public "
_STATEMENTS = (b"GRANT ", b"REVOKE ")


def privileges_of_public(programs: Binaries, dump: Path) -> tuple[bytes, ...]:
    """Return the statements that set the privileges on the schema public, as pg_restore would run them.

    They may be run more than once. Raises ToolFailedError.
    """
    with RunningTool(programs, "pg_restore", ["--list", str(dump)]) as listing:
        entries = [line for line in listing.output().splitlines(keepends=True) if _ENTRY in line]
    if not entries:
        return ()
    with tempfile.NamedTemporaryFile() as chosen:
        chosen.writelines(entries)
        chosen.flush()
        arguments = ["--file=-", f"--use-list={chosen.name}", str(dump)]
        with RunningTool(programs, "pg_restore", arguments) as script:
            lines = script.output().splitlines()
    return tuple(line for line in lines if line.startswith(_STATEMENTS))
