"""The process that answers: granian over the web application, and nothing left when its supervisor dies.

Started by `sevra up` and `sevra serve` as `python -m sevra_atlas.cli.web_process HOST PORT WORKERS`. Its
standard input is a pipe that the supervisor holds open: the end of the pipe is the end of the supervisor,
however it died.
"""

import multiprocessing
import os
import signal
import sys
import threading
from typing import Any

from sevra_atlas.cli.metrics_folder import metrics_folder

_GRACE_SECONDS = 10


def application() -> Any:
    """Return the web application of a worker process, which ends when granian's main process does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from sevra_atlas.web import app_from_environment

    return app_from_environment()


def main(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished.

    The processes count in files of one folder, so that a scrape of any of them tells of all; it goes with the
    last of them.
    """
    # Granian's own time limit for its workers is left out: two of its threads wait for the same process, and
    # the one that comes second takes an ended worker for a stuck one. The supervisor has a limit instead.
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    server = Granian(
        "sevra_atlas.cli.web_process:application",
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        log_level=LogLevels.warning,
    )
    with metrics_folder() as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        server.serve()


def _end_with_supervisor() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    # A worker that is stuck in a request must not keep the port.
    threading.Timer(_GRACE_SECONDS, os._exit, [1]).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
