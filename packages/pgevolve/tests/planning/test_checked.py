"""What the planner writes is what the checker asks for: no finding of its own rules in its own migrations."""

import importlib.util
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Identity, MetaData

from pgevolve.check.read import read_migrations
from pgevolve.check.run import check_sources
from pgevolve.objects import Renamed
from pgevolve.project import CheckOptions


def _module(called: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"planning_{called}", Path(__file__).with_name(f"{called}.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


objects, keys, identity, merging = map(
    _module, ("test_rename_objects", "test_rename_keys", "test_identity", "test_merge_and_split")
)
CHANGES: dict[str, Callable[[Any], tuple[MetaData, MetaData]]] = {
    "constraints": lambda _: (objects._keys("old"), objects._keys("new", said=True)),
    "functions": lambda _: (objects._routines("_v1"), objects._routines("_v2", "_v1")),
    "view": lambda _: (objects._shown("shown"), objects._shown("listed", renamed_from="shown")),
    "domain": lambda _: (
        objects._with_domain("word"),
        objects._with_domain("term", Renamed("domain", "public.term", "word")),
    ),
    "label": lambda _: (
        objects._base(),
        objects._base(
            Renamed("enum", "public.item_state", "goods_state"),
            Renamed("label", "shipped", "sent", on="public.item_state"),
            state="item_state",
            labels=("new", "shipped"),
        ),
    ),
    "schema": lambda _: (objects._in_schema("shop"), objects._in_schema("store", renamed_from="shop")),
    "key": lambda _: (keys._key("id"), keys._key("person_id", renamed_from="id")),
    "serial key": lambda _: (
        keys._key("id", serial=True),
        keys._key("person_id", serial=True, renamed_from="id"),
    ),
    "partitions": lambda _: (keys._parts("day", "note"), keys._parts("day", "remark", said="note")),
    "identity": lambda _: (identity._models(), identity._models(Identity(always=True))),
    "new counter": lambda _: (identity._models(autoincrement=False), identity._models(Identity())),
    "merge": lambda shop: (merging._two(shop), merging._one(shop, said=True, nullable=False)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_found_in_what_the_planner_writes(bench_18: Any, shop: Any, change: str) -> None:
    bench_18.evolve(*CHANGES[change](shop))

    first, *others = read_migrations(bench_18.migrations)
    first.reported = False
    findings = check_sources([first, *others], CheckOptions(), date(2026, 11, 26))

    errors = [f"{each.rule} {each.message}" for each in findings if each.severity == "error"]
    assert not errors, "\n".join(errors)
