"""Many redirect rules at once, from a CSV file: read, planned without a change, written by two statements."""

from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.importing.known import known_of
from sevra_atlas.domain.addresses.importing.plan import ImportPlan, plan_import
from sevra_atlas.domain.addresses.importing.rows import read_rows
from sevra_atlas.domain.addresses.targets import Hosts


def planned_import(session: Session, data: bytes, hosts: Hosts) -> ImportPlan:
    """Return what a file comes to; nothing is written, nothing raises for what the file says."""
    rows, problems = read_rows(data)
    return plan_import(rows, problems, known_of(session, rows), hosts)
