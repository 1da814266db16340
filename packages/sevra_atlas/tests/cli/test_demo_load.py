"""`sevra demo load` with a scale: what it refuses, and a bulk load as a user runs it."""

import json
import signal

import psycopg
import pytest
from cli_places import Sevra

from pgevolve.connect import Connection, connect
from pgevolve.ledger import record_event
from sevra_atlas.cli.bulk import told_when_interrupted
from sevra_atlas.cli.errors import Interrupted, InterruptedCommandError
from sevra_atlas.cli.preparing import DEMO
from sevra_atlas.cli.supervision import signals_raise
from sevra_atlas.demo.scale import BULK_FROM


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--posts", "5"), "need --scale"),
        (("--reviews-per-salon", "5"), "need --scale"),
        (("--scale", "2", "--size", "tiny"), "choose --size or --scale"),
        (("--scale", str(BULK_FROM - 1), "--posts", "5"), f"needs a scale of {BULK_FROM} or more"),
        (("--scale", "0"), "greater than or equal to 1"),
        (("--scale", "20", "--reviews-per-salon", "201"), "less than or equal to 200"),
    ],
)
def test_options_that_do_not_belong_together_are_a_usage_error(
    sevra: Sevra, arguments: tuple[str, ...], sentence: str
) -> None:
    result = sevra.run("demo", "load", *arguments)

    assert result.returncode == 2
    assert sentence in " ".join(result.stderr.replace("│", " ").split())


def test_a_scale_into_a_database_that_is_not_there_is_refused(sevra: Sevra) -> None:
    result = sevra.run("demo", "load", "--scale", "20")

    assert result.returncode == 2
    assert "sevra up" in result.stderr


def test_a_bulk_load_that_is_interrupted_says_what_can_be_done(deployed: Sevra) -> None:
    url = deployed.run("db", "url", "--role", "owner").stdout.strip()

    def connected() -> Connection:
        return connect(url, purpose="test")

    def hint() -> str | None:
        with (
            pytest.raises(InterruptedCommandError) as ended,
            signals_raise(),
            told_when_interrupted(connected),
        ):
            raise Interrupted(signal.SIGTERM)
        return ended.value.hint

    hints = [hint()]
    for stage in ("rows", "finished"):
        with connected() as connection:
            record_event(connection, DEMO, {"bulk": stage})
        hints.append(hint())

    again = "run the command again to go on"
    assert hints == [again, "drop the database, deploy into a new one and load again", again]


@pytest.mark.slow
def test_a_bulk_load_says_what_each_part_took_and_keeps_its_data(deployed: Sevra) -> None:
    loaded = deployed.run("demo", "load", "--scale", "20", "--posts", "2000", "--json", timeout=900)
    # COPY takes pages in advance, which stay empty and unmarked: of a small table they may be most.
    with psycopg.connect(deployed.run("db", "url", "--role", "owner").stdout.strip()) as connection:
        not_index_only = connection.execute(
            "SELECT relname, relallvisible, relpages FROM pg_class"
            " WHERE oid = ANY ('{salons,posts,reviews,url_paths}'::regclass[])"
            "   AND relallvisible <= 0.95 * relpages"
        ).fetchall()
    again = deployed.run("demo", "load", "--scale", "20")
    verified = deployed.run("migrate", "verify")

    said = json.loads(loaded.stdout)
    assert loaded.stderr == ""
    assert said["salons"] > 40_000
    assert said["reviews"] > 400_000
    assert not_index_only == []
    assert {part["name"] for part in said["parts"]} >= {"salons", "reviews", "url_paths", "checks"}
    assert all(part["seconds"] >= 0 for part in said["parts"])
    assert all(check["broken"] == [] for check in said["checks"])
    assert again.returncode == 2
    assert "no demo data was loaded" in again.stderr
    assert verified.returncode == 0
