"""Every redirect rule as a file that, imported, changes nothing."""

import csv
import io

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from sevra_atlas.domain.addresses.importing.rows import COLUMNS
from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.schema import RedirectRule, UrlPath
from sevra_atlas.schema.enums import PathKind


def export_rules(session: Session) -> str:
    """Return all rules as CSV, in the order of the keys of their paths; the same rules are the same text.

    A page is written as its present address, and as `SALON:17` where it has none. Nothing is locked.
    """
    here = aliased(UrlPath)
    source = func.coalesce(RedirectRule.from_path, RedirectRule.from_prefix.concat("*"))
    rows = session.execute(
        select(RedirectRule, source, here.path)
        .outerjoin(
            here,
            (here.entity_type == RedirectRule.to_entity_type)
            & (here.entity_id == RedirectRule.to_entity_id)
            & (here.kind == PathKind.CURRENT),
        )
        .order_by(source.collate("C"))
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # CRLF, so that either of the two in a note is quoted
    writer.writerow(COLUMNS)
    for rule, written, path in rows:
        active = "true" if rule.is_active else "false"
        target = _target(rule, path)
        writer.writerow((written, target, rule.type.value, rule.note or "", rule.query_mode.value, active))
    return text.getvalue()


def _target(rule: RedirectRule, path: str | None) -> str:
    if rule.to_entity_type is not None and rule.to_entity_id is not None:
        return path or str(EntityRef(rule.to_entity_type, rule.to_entity_id))
    if rule.to_prefix is not None:
        return f"{rule.to_prefix}*"
    return rule.to_static_path or rule.to_external_url or ""
