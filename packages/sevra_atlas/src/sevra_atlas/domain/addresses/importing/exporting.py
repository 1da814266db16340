"""Every redirect rule as a file that, imported, changes nothing."""

import csv
import io

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from sevra_atlas.domain.addresses.importing.rows import COLUMNS
from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.schema import RedirectRule, UrlPath
from sevra_atlas.schema.enums import PathKind

# Columns, not objects: a hundred thousand rules are exported in one go.
_ANSWER = (
    RedirectRule.to_entity_type,
    RedirectRule.to_entity_id,
    RedirectRule.to_static_path,
    RedirectRule.to_external_url,
    RedirectRule.to_prefix,
    RedirectRule.type,
    RedirectRule.note,
    RedirectRule.query_mode,
    RedirectRule.is_active,
)


def export_rules(session: Session) -> str:
    """Return all rules as CSV, in the order of the keys of their paths; the same rules are the same text.

    A page is written as its present address, and as `SALON:17` where it has none. Nothing is locked.
    """
    here = aliased(UrlPath)
    source = func.coalesce(RedirectRule.from_path, RedirectRule.from_prefix.concat("*"))
    rows = session.execute(
        select(source, *_ANSWER, here.path)
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
    for written, kind, id_, static, url, prefix, type_, note, query_mode, is_active, path in rows:
        page = None if kind is None or id_ is None else path or str(EntityRef(kind, id_))
        target = page or static or url or (f"{prefix}*" if prefix else "")
        active = "true" if is_active else "false"
        writer.writerow((written, target, type_.value, note or "", query_mode.value, active))
    return text.getvalue()
