"""The process that works: jobs until it is asked to stop, and nothing left when its supervisor dies.

Started by `sevra up` and `sevra work` as `python -m sevra_atlas.cli.worker_process OPTIONS DESCRIPTOR`; it
writes one byte to the descriptor when it takes jobs. Its standard input is a pipe that the supervisor holds
open: the end of the pipe is the end of the supervisor, however it died.
"""

import json
import logging
import os
import signal
import sys
import threading

from sevra_atlas.cli.failures import say_and_status


def main(options: str, ready_descriptor: int) -> None:
    """Work until SIGTERM or SIGINT; jobs in hand are finished."""
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    from sevra_atlas.logs import configure_logs
    from sevra_atlas.workers.catalogue import JOBS
    from sevra_atlas.workers.engine import Options, work

    told = json.loads(options)
    configure_logs(level=logging.WARNING if told.pop("quiet") else logging.INFO)
    told["queues"] = told["queues"] and tuple(told["queues"])
    told["metrics_address"] = told["metrics_address"] and tuple(told["metrics_address"])

    def say_ready() -> None:
        os.write(ready_descriptor, b".")
        os.close(ready_descriptor)

    app, maintenance = os.environ["SEVRA_DATABASE_URL"], os.environ["SEVRA_MAINTENANCE_URL"]
    work({"app": app, "maintenance": maintenance}, JOBS, Options(**told), say_ready)


def _end_with_supervisor() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except Exception as error:  # noqa: BLE001 - the edge: what is known becomes a sentence and a status
        sys.exit(say_and_status(error))
