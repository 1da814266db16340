"""`sevra trash`: what was deleted is listed, shown and taken back."""

import json

import psycopg
import pytest


@pytest.fixture
def deleted(deployed) -> dict[str, int]:
    """Delete two salons with a reason, one with a review; return their deletions by name."""
    url = deployed.run("db", "url").stdout.strip()
    with psycopg.connect(url) as connection:
        for name in ("roya", "ziba"):
            connection.execute("SELECT set_config('sevra.reason', 'closed for good', true)")
            connection.execute("INSERT INTO salons (name, slug) VALUES (%(name)s, %(name)s)", {"name": name})
            connection.execute("DELETE FROM salons WHERE slug = %s", (name,))
    maintenance = deployed.run("db", "url", "--role", "maintenance").stdout.strip()
    with psycopg.connect(maintenance) as connection:
        rows = connection.execute(
            "SELECT s.slug, s.deletion_id FROM public.salons s WHERE s.deletion_id IS NOT NULL"
        )
        return {slug: batch for slug, batch in rows if slug in ("roya", "ziba")}


def test_the_trash_is_listed_shown_and_taken_back(deployed, deleted) -> None:
    listed = deployed.run("trash", "list", "--kind", "salon")
    page = deployed.run("trash", "list", "--limit", "1")
    shown = deployed.run("trash", "show", str(deleted["roya"]))
    as_json = json.loads(deployed.run("trash", "show", str(deleted["roya"]), "--json").stdout)

    assert "closed for good" in listed.stdout
    assert listed.stdout.index("ziba") < listed.stdout.index("roya")
    assert f"more: sevra trash list --before {deleted['ziba']}" in page.stdout
    assert "rows:           1 salons" in shown.stdout
    assert (as_json["kind"], as_json["label"], as_json["rows"]) == ("SALON", "roya", {"salons": 1})

    restored = deployed.run("trash", "restore", str(deleted["roya"]))
    again = deployed.run("trash", "restore", str(deleted["roya"]))

    assert restored.stdout == "1 rows are back\n"
    assert again.returncode == 2
    assert again.stderr == f"error: deletion batch {deleted['roya']} is not in the trash\n"
    left = json.loads(deployed.run("trash", "list", "--json").stdout)
    assert [batch["batch"] for batch in left] == [deleted["ziba"]]
    assert json.loads(deployed.run("trash", "restore", str(deleted["ziba"]), "--json").stdout) == {
        "batch": deleted["ziba"],
        "restored": 1,
    }
    assert deployed.run("trash", "list").stdout == "the trash is empty\n"


def test_a_kind_that_is_none_is_a_usage_error(deployed) -> None:
    result = deployed.run("trash", "list", "--kind", "saloon")

    assert result.returncode == 2
    assert "'saloon' is none of" in result.stderr
