"""`docs/metrics.md` and the registries agree: names, types, labels; and alerts speak of what there is."""

import re
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from sevra_atlas.seo_lint import counted
from sevra_atlas.web_metrics import WebMetrics
from sevra_atlas.workers.catalogue import JOBS
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.reading import READ
from sevra_atlas.workers.standing import QUESTIONS

PAGE = (Path(__file__).parents[4] / "docs" / "metrics.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| `(sevra_[a-z_]+)(?:\{([a-z_,]+)\})?` \| (\w+) \| ([a-z]+) \| (.+) \|")
ALERT = re.compile(r"\| A(\d+) \| `(.+?)` \| (.+) \|")
TYPES_OF_SAMPLES = ("_bucket", "_sum", "_count")

Metric = tuple[str, str, tuple[str, ...]]


def on_the_page() -> list[Metric]:
    return [
        (name, kind, tuple(labels.split(",") if labels else ()))
        for name, labels, kind, _, _ in ROW.findall(PAGE)
    ]


def registered(registry: CollectorRegistry) -> set[Metric]:
    """Return what a registry holds, except how things stand in the database, which it would have to ask."""
    found: set[Metric] = set()
    for collector in registry._collector_to_names:
        if isinstance(collector, MetricWrapperBase):
            found.add((_named(collector._name, collector._type), collector._type, collector._labelnames))
        else:
            found |= {
                (_named(family.name, family.type), family.type, tuple(family._labelnames))
                for family in collector.describe()
            }
    return found


def asked() -> set[Metric]:
    families = {READ, *(family for question in QUESTIONS for family in question.families)}
    return {(family.name, family.kind, family.labels) for family in families}


def _named(name: str, kind: str) -> str:
    return f"{name}_total" if kind == "counter" else name


def test_every_number_is_on_the_page_with_its_type_and_labels_and_no_other_is() -> None:
    web, worker = registered(WebMetrics().registry), registered(JobMetrics(JOBS).registry)

    listed = on_the_page()
    assert len(listed) == len(set(listed))
    outside = registered(counted([], datetime.now(UTC)))
    assert set(listed) == web | worker | asked() | outside


def test_every_name_is_ours_and_says_what_it_counts() -> None:
    for name, kind, _ in on_the_page():
        assert name.startswith("sevra_")
        assert name.endswith("_total") == (kind == "counter"), name


def test_no_row_of_a_number_is_left_out_for_its_form() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `sevra_")]

    assert len(rows) == len(on_the_page()) > 30


def test_alerts_are_numbered_and_name_numbers_that_there_are() -> None:
    known = {name for name, _, _ in on_the_page()}
    alerts = ALERT.findall(PAGE)

    assert [int(number) for number, _, _ in alerts] == list(range(1, len(alerts) + 1))
    for number, expression, what_to_do in alerts:
        used = set(re.findall(r"sevra_[a-z_]+", expression))
        assert used, number
        assert {_without_ending(name, known) for name in used} <= known, number
        assert len(what_to_do) > 20, number


def _without_ending(name: str, known: set[str]) -> str:
    bare = next((name.removesuffix(each) for each in TYPES_OF_SAMPLES if name.endswith(each)), name)
    return name if name in known else bare
