"""Whoever waits to be told of a row is told by the triggers of its table; what nobody waits for is not."""

import re
from importlib.resources import files

import pytest

from sevra_atlas.domain import search_queue, sitemap_queue
from sevra_atlas.domain.search_documents import DOCUMENTED
from sevra_atlas.domain.sitemap_fields import SITEMAP_FIELDS
from sevra_atlas.schema.enums import EntityType
from sevra_atlas.schema.reference import KINDS
from sevra_atlas.schema.triggers import ANNOUNCED

WAITED_FOR = {
    "search": set(DOCUMENTED) | set(search_queue.SPREAD),
    "sitemap": set(SITEMAP_FIELDS) | set(sitemap_queue.SPREAD),
}


@pytest.mark.parametrize(
    ("topic", "table"),
    [
        (topic, table)
        for topic, kinds in WAITED_FOR.items()
        for table, kind in KINDS.items()
        if kind.entity_type in kinds
    ],
)
def test_a_row_that_somebody_waits_for_announces_itself(topic: str, table: str) -> None:
    assert f"{topic}:{KINDS[table].entity_type}:id" in ANNOUNCED[table]


def test_what_is_not_looked_for_when_an_entity_is_hidden_has_neither_document_nor_page() -> None:
    body = files("sevra_atlas.schema").joinpath("sql", "sync_entities.sql").read_text(encoding="utf-8")
    (skipped,) = re.findall(r"kind NOT IN \(([^)]*)\)", body)

    kinds = {EntityType(name.strip("' ")) for name in skipped.split(",")}

    assert len(kinds) == 5
    assert not kinds & (set(DOCUMENTED) | set(SITEMAP_FIELDS))
