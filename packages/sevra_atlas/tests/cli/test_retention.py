"""`sevra retention`: planned, held, run and verified on the command line."""

import json
import os
import signal

import psycopg
import pytest

from sevra_atlas.cli.errors import InterruptedCommandError
from sevra_atlas.cli.stopping import stop_asked


@pytest.fixture
def overdue(deployed) -> dict[str, int]:
    """Delete two salons thirty-one days ago; return their deletions by name."""
    url = deployed.run("db", "url").stdout.strip()
    with psycopg.connect(url) as connection:
        for name in ("roya", "ziba"):
            connection.execute("INSERT INTO salons (name, slug) VALUES (%(name)s, %(name)s)", {"name": name})
            connection.execute("DELETE FROM salons WHERE slug = %s", (name,))
    owner = deployed.run("db", "url", "--role", "owner").stdout.strip()
    with psycopg.connect(owner) as connection:
        connection.execute("SET ROLE sevra_owner")
        connection.execute("UPDATE deletion_batches SET created_at = created_at - interval '31 days'")
        rows = connection.execute(
            "SELECT slug, deletion_id FROM public.salons WHERE deletion_id IS NOT NULL"
        ).fetchall()
    return {slug: batch for slug, batch in rows if slug in ("roya", "ziba")}


def test_deletions_are_planned_held_archived_and_verified(deployed, overdue) -> None:
    roya, ziba = str(overdue["roya"]), str(overdue["ziba"])

    held = deployed.run("retention", "hold", "set", roya, "--reason", "court order", "--until", "2999-01-01")
    listed = deployed.run("retention", "hold", "list")
    as_json = json.loads(deployed.run("retention", "hold", "list", "--json").stdout)
    plan = deployed.run("retention", "plan")
    planned = json.loads(deployed.run("retention", "run", "--dry-run", "--json").stdout)
    ran = deployed.run("retention", "run")

    assert held.stdout == f"{roya} is held\n"
    assert listed.stdout.startswith(f"deletion {roya} of SALON:")
    assert listed.stdout.endswith("until 2999-01-01: court order\n")
    assert (as_json[0]["batch"], as_json[0]["reason"]) == (overdue["roya"], "court order")
    assert f"held: deletion {roya}, SALON" in plan.stdout
    salon = next(kind for kind in planned["kinds"] if kind["kind"] == "SALON")
    assert salon["batches"] == {"waiting": 0, "held": 1, "blocked": 0, "due": 1}
    assert ran.returncode == 0
    assert "1 batches archived (1 rows), 0 purged" in ran.stdout
    assert "each in one place" in ran.stdout
    shown = deployed.run("trash", "list", "--json")
    assert [batch["batch"] for batch in json.loads(shown.stdout)] == [overdue["roya"]]

    lifted = deployed.run("retention", "hold", "lift", roya)
    again = json.loads(deployed.run("retention", "run", "--json", "--limit", "5").stdout)
    verified = deployed.run("retention", "verify")
    document = json.loads(deployed.run("retention", "verify", "--json").stdout)

    assert lifted.stdout == f"{roya} is held no longer\n"
    assert (again["archived"], again["rows"], again["conservation"]) == (1, {"salons": 1}, [])
    assert verified.returncode == 0
    assert "2 archived rows hashed, 0 damaged" in verified.stdout
    assert (document["rows"], document["damaged"], document["misplaced"]) == (2, [], [])
    assert deployed.run("retention", "export", "--dry-run").stdout == "every closed month is exported\n"
    assert json.loads(deployed.run("retention", "export", "--json").stdout)["written"] == []
    back = deployed.run("retention", "restore", ziba)
    assert back.stdout == "1 rows are back, 0 references set again\n"
    assert deployed.run("retention", "restore", ziba).returncode == 2
    assert ziba not in deployed.run("retention", "plan").stdout.split("held:")[-1:]


@pytest.fixture
def half_back(deployed) -> tuple[int, int]:
    """Archive a salon whose one reviewer of two is deleted then; return the deletion and the person."""
    owner = deployed.run("db", "url", "--role", "owner").stdout.strip()
    with psycopg.connect(owner) as connection:
        connection.execute("SET ROLE sevra_owner")
        salon = connection.execute(
            "INSERT INTO salons (name, slug) VALUES ('x', 'half-back') RETURNING id"
        ).fetchone()
        people = connection.execute(
            "INSERT INTO users (username, phone_number, referral_code)"
            " SELECT 'half-' || n, '+98913000000' || n, 'h-' || n FROM generate_series(1, 2) n RETURNING id"
        ).fetchall()
        for (person,) in people:
            connection.execute(
                "INSERT INTO reviews (author_id, salon_id, rating) VALUES (%s, %s, 5)",
                (person, *(salon or ())),
            )
        connection.execute("DELETE FROM live.salons WHERE slug = 'half-back'")
        batch = connection.execute(
            "UPDATE deletion_batches SET created_at = created_at - interval '31 days'"
            " WHERE id = (SELECT max(id) FROM deletion_batches) RETURNING id"
        ).fetchone()
    assert deployed.run("retention", "run").returncode == 0
    with psycopg.connect(owner) as connection:
        connection.execute("DELETE FROM live.users WHERE id = %s", people[0])
    return (batch or (0,))[0], people[0][0]


def test_a_deletion_comes_back_in_part_and_the_rest_is_named(deployed, half_back) -> None:
    batch, person = half_back

    tried = deployed.run("retention", "restore", str(batch), "--dry-run")
    planned = deployed.run("retention", "plan")
    back = json.loads(deployed.run("retention", "restore", str(batch), "--json").stdout)
    rest = back["remainder"]
    again = deployed.run("retention", "restore", str(rest))

    assert tried.stdout == (
        "2 rows would be back, 0 references set again\n"
        f"1 rows would wait in the archive: 1 of reviews\n  1 for users {person}\n"
    )
    assert "not yet back" not in planned.stdout
    assert (back["rows"], back["waiting"]) == ({"salons": 1, "reviews": 1}, {"reviews": 1})
    assert (
        f"not yet back: deletion {rest}, left of {batch}, SALON" in deployed.run("retention", "plan").stdout
    )
    assert (again.returncode, again.stderr.splitlines()[0]) == (
        2,
        f"error: no row of deletion batch {rest} can come back: they wait for users {person}",
    )


def test_a_wrong_target_of_a_hold_is_a_usage_error(deployed) -> None:
    for target, said in (("SALOON:1", "'SALOON' is none of"), ("roya", "neither a number nor KIND:ID")):
        result = deployed.run("retention", "hold", "set", target, "--reason", "x")
        assert (result.returncode, said in " ".join(result.stderr.split())) == (2, True), result.stderr
    unknown = deployed.run("retention", "hold", "lift", "SALON:987654321")
    assert (unknown.returncode, unknown.stderr) == (2, "error: SALON 987654321 is under no legal hold\n")


def test_who_is_to_be_forgotten_is_named_and_confirmed(deployed) -> None:
    unknown = deployed.run("retention", "erase", "987654321", "--yes")
    nobody = deployed.run("retention", "erase")
    again = deployed.run("retention", "erase", "--replay")

    assert (unknown.returncode, unknown.stderr) == (2, "error: there is no USER 987654321\n")
    assert (nobody.returncode, "name a person, or --replay" in nobody.stderr) == (2, True)
    assert again.stdout == "0 persons erased again, 0 unknown here\n"


def test_a_signal_ends_a_run_between_two_batches_and_a_second_one_at_once() -> None:
    with stop_asked() as is_asked:
        assert not is_asked()
        os.kill(os.getpid(), signal.SIGTERM)
        assert is_asked()

    def asked_twice() -> None:
        with stop_asked():
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(InterruptedCommandError):
        asked_twice()
