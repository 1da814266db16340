"""Schema pairs from PostgreSQL's manual and from known traps: what is written leads from old to new.

Each pair is run twice: as plain DDL, and as safe phases. A refusal is no failure where the table below has
it, with the reason why safe phases need more than DDL.
"""

import hashlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pgevolve.diff import diff
from pgevolve.digest import digest
from pgevolve.local import LocalPostgres


def _pairs_module() -> ModuleType:
    path = Path(__file__).with_name("pairs.py")
    spec = importlib.util.spec_from_file_location("diffing_pairs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


pairs = _pairs_module()
SET_ASIDE = pairs.CORPUS / "set_aside"
FOUND_LATER = pairs.CORPUS / "found_later"
TYPE, FILLED, TAKEN, WRITES = (
    "change of type",
    "NOT NULL or values to fill",
    "a name that is in use",
    "rows are written or read",
)
REFUSED = {
    "column_added_not_null_without_default": FILLED,
    "domain_check_changed_under_its_name": TYPE,
    "exclusion_added": WRITES,
    "generated_base_retyped": TYPE,
    "generated_expression_changed": WRITES,
    "generated_over_function_body_changed": WRITES,
    "identity_column_added": FILLED,
    "partition_key_and_foreign_key": WRITES,
    "primary_key_swapped": TAKEN,
    "table_becomes_partitioned": WRITES,
    "table_set_unlogged": WRITES,
    "view_becomes_table": TAKEN,
}
# No DDL makes a table a partitioned one.
REFUSED_AS_PLAIN_DDL = {"table_becomes_partitioned"}


def shares(outcomes: Sequence[Any]) -> tuple[float, float]:
    """Return which part of the plain pairs, and of all, did not fail."""
    plain = [outcome for outcome in outcomes if outcome.pair.part == "plain"]
    return tuple(  # type: ignore[return-value]
        sum(outcome.state != "failed" for outcome in some) / len(some) for some in (plain, outcomes)
    )


def of_state(outcomes: Sequence[Any], state: str) -> dict[str, str]:
    return {outcome.pair.name: outcome.reason for outcome in outcomes if outcome.state == state}


@pytest.mark.others_slow
@pytest.mark.parametrize("naive", [True, False], ids=["plain", "phases"])
def test_the_open_pairs_converge(server: LocalPostgres, naive: bool) -> None:  # noqa: FBT001
    wanted = [*pairs.pairs(), *pairs.pairs(FOUND_LATER)]

    found = pairs.outcomes(server, server.major, wanted, naive=naive)

    possible = {outcome.pair.name for outcome in found}
    refused = of_state(found, "refused")
    assert refused.keys() == possible & (REFUSED_AS_PLAIN_DDL if naive else REFUSED.keys()), refused
    assert of_state(found, "failed") == {}


@pytest.mark.slow
@pytest.mark.parametrize("naive", [True, False], ids=["plain", "phases"])
def test_the_pairs_set_aside_converge_almost_all(server: LocalPostgres, naive: bool) -> None:  # noqa: FBT001
    found = pairs.outcomes(server, server.major, pairs.pairs(SET_ASIDE), naive=naive)

    plain, everything = shares(found)
    assert plain >= 0.98, of_state(found, "failed")
    assert everything >= 0.95, of_state(found, "failed")
    refused = of_state(found, "refused")
    assert len(refused) <= (0.05 if naive else 0.1) * len(found), refused


def test_a_fifth_of_the_pairs_is_set_aside_by_the_hash_of_the_name() -> None:
    aside = {pair.name for pair in pairs.pairs(SET_ASIDE)}
    names = sorted(
        {pair.name for pair in pairs.pairs()} | aside,
        key=lambda name: hashlib.sha256(name.encode()).hexdigest(),
    )

    assert len(names) >= 150
    assert aside == set(names[: len(names) // 5])


def test_one_schema_has_one_digest_on_every_server(servers: Mapping[int, LocalPostgres]) -> None:
    wanted = [pair for pair in (*pairs.pairs(), *pairs.pairs(SET_ASIDE)) if pair.server <= min(servers)]

    by_server = [pairs.targets(server, wanted) for server in servers.values()]

    first, *others = by_server
    for other in others:
        assert {name: diff(first[name], other[name]) for name in first} == dict.fromkeys(first, ())
        differing = [name for name in first if digest(first[name]) != digest(other[name])]
        assert differing == []


# Written otherwise, and the same.
SAME = {"check_written_otherwise", "columns_swapped_position", "boolean_defaults"}


def test_another_schema_has_another_digest(embedded: LocalPostgres) -> None:
    wanted = [pair for pair in pairs.pairs() if pair.name not in SAME]

    old, new = (pairs.targets(embedded, wanted, side=side) for side in ("old", "new"))

    assert [name for name in new if digest(old[name]) == digest(new[name])] == []
    assert [name for name in new if diff(old[name], new[name]) == ()] == []
