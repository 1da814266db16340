"""Every redirect rule as a file that, imported, changes nothing."""

import csv
import io

from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.importing.rows import COLUMNS
from sevra_atlas.domain.addresses.stored import stored_rules


def export_rules(session: Session) -> str:
    """Return all rules as CSV, in the order of the keys of their paths; the same rules are the same text.

    A page is written as its present address, and as `SALON:17` where it has none. Nothing is locked.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # CRLF, so that either of the two in a note is quoted
    writer.writerow(COLUMNS)
    for rule in stored_rules(session):
        active = "true" if rule.is_active else "false"
        writer.writerow(
            (rule.source, rule.target or "", rule.type.value, rule.note or "", rule.query_mode.value, active)
        )
    return text.getvalue()
