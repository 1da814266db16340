"""Deploys in a forked process for each line of its input, so that Python starts only once.

A line is a JSON list: the name of the function, the folder of the migrations, the address, and a file for
what the command line would say. Answers with the process id at once, and at the end with its status.
"""

import contextlib
import json
import os
import sys
import traceback
from pathlib import Path

from sqlalchemy import MetaData

from pgevolve import deploy
from pgevolve.cli.console import exit_status, print_error
from pgevolve.errors import PgevolveError
from pgevolve.project import Project


def run(function: str, folder: str, url: str, said: str) -> int:
    project = Project(MetaData(), Path(folder), owner="shop_owner")
    with Path(said).open("w") as file, contextlib.redirect_stderr(file):
        try:
            getattr(deploy, function)(project, url, wait=30)
        except PgevolveError as error:
            print_error(error)
            return exit_status(error)
        except BaseException:  # noqa: BLE001 - the test wants to see it
            traceback.print_exc()
            return 99
    return 0


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(run(*json.loads(line)))
        _answer(process)
        _, status = os.waitpid(process, 0)
        _answer(os.waitstatus_to_exitcode(status))


main()
