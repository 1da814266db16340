"""The worker process of the tests: `python worker_child.py OPTIONS DESCRIPTOR`."""

import json
import os
import sys

from worker_jobs import JOBS

from sevra_atlas.logs import configure_logs
from sevra_atlas.workers.catalogue import SWEEP_STALLED
from sevra_atlas.workers.engine import Options, work


def main(told: str, descriptor: int) -> None:
    configure_logs()
    urls, options = json.loads(told)

    def say_ready() -> None:
        os.write(descriptor, b".")
        os.close(descriptor)

    work(urls, (*JOBS, SWEEP_STALLED), Options(**options), say_ready)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
