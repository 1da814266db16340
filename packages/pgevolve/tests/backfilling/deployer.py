"""Deploys a folder, the first argument, to an address, the second one; the third has backfill options."""

import json
import sys
from pathlib import Path

from sqlalchemy import MetaData

from pgevolve.cli.console import exit_status, print_error
from pgevolve.deploy import deploy
from pgevolve.errors import PgevolveError
from pgevolve.project import BackfillOptions, Project

folder, url, options = sys.argv[1:]
project = Project(
    MetaData(), Path(folder), owner="shop_owner", backfill=BackfillOptions(**json.loads(options))
)
try:
    deploy(project, url)
except PgevolveError as error:
    print_error(error)
    sys.exit(exit_status(error))
