"""Works in a forked process for each line of its input, and stops at one step until it is told to go on.

A line is a JSON list: the address, the name of the step, the folder of an export or of stored files or null,
and the number of a batch to bring back, or of a person to erase, or null; with neither it is a run. Answers
each with the process id; the process itself says `at` when it is at the step, and waits for a signal. At the
end the answer is its status.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

import psycopg

from sevra_atlas.domain.files.removing import RemovalFault, remove_due
from sevra_atlas.domain.files.store import open_files
from sevra_atlas.domain.retention.erasing import erase
from sevra_atlas.domain.retention.exporting import export_month, open_months
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.rewriting import drop_month
from sevra_atlas.domain.retention.run import run_once
from sevra_atlas.domain.retention.segment_store import LocalSegments
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch

GO_ON = signal.SIGUSR1


def _say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _work(url: str, step: str, folder: str | None, batch: int | None) -> int:
    waited = []

    def at(here: ArchiveFault | RemovalFault) -> None:
        if here.name == step and not waited:
            waited.append(here)
            _say("at")
            signal.sigwait({GO_ON})

    try:
        with psycopg.connect(url, autocommit=True) as connection:
            if step.startswith("FILES_"):
                with connection.transaction():
                    remove_due(connection, open_files(str(folder)), None, at)
            elif step.startswith("ERASE_"):
                erase(connection, LocalSegments(Path(str(folder))), b"x" * 32, int(str(batch)), Watch(at=at))
            elif batch is not None:
                restore(connection, batch, watch=Watch(at=at))
            elif folder is not None:
                _export(connection, LocalSegments(Path(folder)), Watch(at=at))
            else:
                run_once(connection, Watch(at=at))
    except psycopg.OperationalError:
        return 3
    except BaseException:  # noqa: BLE001 - the test wants to see it
        traceback.print_exc()
        return 99
    return 0


def _export(connection: psycopg.Connection, store: LocalSegments, watch: Watch) -> None:
    for month in open_months(connection):
        segment = export_month(connection, store, month, watch)
        drop_month(connection, store, segment, watch)


def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {GO_ON})
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(_work(*json.loads(line)))
        _say(process)
        _, status = os.waitpid(process, 0)
        _say(os.waitstatus_to_exitcode(status))


main()
