"""`sevra paths`: what answers where, and how an operator changes it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from databases import SevraDatabase
from factories import make_salon, make_user

from sevra_atlas.cli import _status
from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def paths(embedded_db: SevraDatabase, monkeypatch, capsys, tmp_path) -> Callable[..., Done]:
    """Return `sevra paths`, run in this process on a database of the test's own."""
    monkeypatch.setenv("SEVRA_DATA_DIR", str(tmp_path))
    roles = {"SEVRA_DATABASE_URL": APP, "SEVRA_OWNER_URL": OWNER, "SEVRA_MAINTENANCE_URL": MAINTENANCE}
    for variable, role in roles.items():
        monkeypatch.setenv(variable, embedded_db.url(role))

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["sevra", "paths", *arguments])
        status = _status()
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return run


@pytest.fixture
def salons(embedded_db: SevraDatabase) -> dict[str, int]:
    """Make two salons and an administrator; return their ids."""
    with embedded_db.session() as session:
        salons = {slug: make_salon(session, slug=slug).id for slug in ("roya", "ziba")}
        return {**salons, "admin": make_user(session, role="ADMIN").id}


def test_an_address_is_followed_through_everything_that_happens_to_it(paths, salons, embedded_db) -> None:
    roya, ziba = f"SALON:{salons['roya']}", f"SALON:{salons['ziba']}"

    def told(*arguments: str) -> str:
        done = paths(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    assert told("resolve", "/atlas/salon/roya") == f"200 {roya}"
    assert told("rename", roya, "رویا", "--reason", "a new sign") == "/atlas/salon/roya → /atlas/salon/رویا"
    assert told("resolve", "/Atlas/salon/roya") == "301 to /atlas/salon/%D8%B1%D9%88%DB%8C%D8%A7"
    assert told("resolve", "/atlas/salon/roya", "--method", "post").startswith("308 to ")
    assert told("resolve", "/atlas/salon/رویا") == f"200 {roya}"

    taken = paths("rename", "/atlas/salon/ziba", "Roya")
    assert taken.returncode == 2
    assert taken.stderr == (
        f"error: salon slug 'Roya' is already in use by {roya}\nhint: take 'Roya-2', 'Roya-3' or 'Roya-4'\n"
    )

    given = json.loads(
        told(
            "transfer", "/atlas/salon/roya", "/atlas/salon/ziba",
            "--reason", "merged", "--actor", str(salons["admin"]), "--json",
        )
    )  # fmt: skip
    assert given == {"path": "/atlas/salon/roya", "giver": roya, "taker": ziba, "uses": 0}
    assert told("resolve", "/atlas/salon/roya") == "301 to /atlas/salon/ziba"

    assert told("swap", roya, ziba).splitlines() == [
        f"{roya}: /atlas/salon/ziba",
        f"{ziba}: /atlas/salon/رویا",
    ]

    explained = told("explain", "/atlas/salon/roya")
    assert "row:      8" in explained
    assert f"entity:   {ziba}" in explained
    assert "assigned" in explained
    assert f"transferred  {ziba}  roya  by user {salons['admin']}  (merged)" in explained
    document = json.loads(told("explain", "/atlas/salon/ziba", "--json"))
    assert (document["row"], document["entity"], document["answer"]["status"]) == (2, roya, 200)
    assert [event["event"] for event in document["journal"]] == ["assigned", "transferred"]

    with embedded_db.connect(autocommit=True) as connection:
        connection.execute("DELETE FROM salons WHERE id = %s", (salons["roya"],))
    assert told("resolve", "/atlas/salon/ziba") == "410"
    assert told("successor", roya, ziba) == f"{roya} → {ziba}"
    assert told("resolve", "/atlas/salon/ziba") == "301 to /atlas/salon/%D8%B1%D9%88%DB%8C%D8%A7"
    assert told("successor", roya) == f"{roya} leads nowhere once it is deleted"
    assert told("resolve", "/atlas/salon/ziba") == "410"

    refused = paths("reclaim", "/atlas/salon/ziba")
    assert (refused.returncode, refused.stderr) == (2, "error: '/atlas/salon/ziba' is in use and not gone\n")


def test_whatever_is_asked_gets_an_answer(paths) -> None:
    for path in ("/nowhere", "/%ff", "/a/../b", "/" + "x" * 10_000, "nowhere"):
        done = paths("resolve", path)
        assert (done.returncode, done.stdout) == (0, "404\n"), path
    explained = json.loads(paths("explain", "/a/../b", "--json").stdout)
    assert (explained["key"], explained["row"], explained["journal"]) == (None, 1, [])


def test_who_is_no_administrator_moves_nothing(paths) -> None:
    refused = paths("swap", "SALON:1", "SALON:2", "--actor", "999999")

    assert refused.returncode == 2
    assert refused.stderr == "error: user 999999 is no administrator\n"


def test_a_page_that_nobody_knows_is_named(paths) -> None:
    refused = paths("successor", "/atlas/salon/nobody")
    too_long = paths("reclaim", "/x", "--reason", "x" * 501)

    assert refused.stderr == "error: there is no page '/atlas/salon/nobody'\n"
    assert too_long.returncode == 2
    assert "at most 500 characters" in too_long.stderr


def test_a_file_is_tried_then_imported_then_exported_as_it_was(paths, salons, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SEVRA_REDIRECT_ALLOWED_HOSTS", "shop.example")
    file = tmp_path / "redirects.csv"
    file.write_text("from,to,type,note\n/Old,/atlas/salon/roya,,moved\n/shop,https://shop.example/,302,\n")

    tried = paths("import", str(file))
    nothing = paths("export", str(tmp_path / "nothing.csv"))
    done = paths("import", str(file), "--write", "--actor", str(salons["admin"]), "--json")

    assert (tried.returncode, nothing.returncode, done.returncode) == (0, 0, 0)
    assert tried.stdout.endswith("nothing was changed: --write saves it\n")
    assert (tmp_path / "nothing.csv").read_text() == "from,to,type,note,query,active\n"
    assert json.loads(done.stdout) == {
        "written": True, "added": 2, "changed": 0, "unchanged": 0, "duplicates": 0,
        "followed": 0, "owned": 1, "problems": [], "notices": [],
    }  # fmt: skip
    assert paths("resolve", "/old").stdout == "301 to /atlas/salon/roya\n"
    exported = tmp_path / "exported.csv"
    assert paths("export", str(exported)).returncode == 0
    assert exported.read_bytes().splitlines()[1:] == [
        b"/old,/atlas/salon/roya,PERMANENT_301,moved,pass,true",
        b"/shop,https://shop.example/,TEMPORARY_302,,pass,true",
    ]
    again = json.loads(paths("import", str(exported), "--json").stdout)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_file_with_a_bad_line_is_refused_whole(paths, salons, tmp_path) -> None:
    file = tmp_path / "redirects.csv"
    file.write_text("from,to\n/good,/atlas\n/atlas/salon/ziba,/blog\n/away,https://shop.example/\n")

    refused = paths("import", str(file), "--write")

    assert refused.returncode == 1
    lines = refused.stdout.splitlines()
    assert lines[0].startswith("line 3: PATH_IN_USE '/atlas/salon/ziba' is in use, as current of SALON:")
    assert lines[1].startswith("line 4: TARGET_NOT_ALLOWED")
    assert lines[2].startswith("2 problems, so nothing is imported")
    assert paths("resolve", "/good").stdout == "404\n"


def test_a_rule_is_tried_added_changed_listed_and_removed(paths, salons, embedded_db, monkeypatch) -> None:
    monkeypatch.setenv("SEVRA_REDIRECT_ALLOWED_HOSTS", "shop.example")

    def told(*arguments: str) -> str:
        done = paths("rule", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    line = "/old-رز → /atlas/salon/roya  PERMANENT_301  (on the flyer)"
    added = ("add", "/Old-رز", "/atlas/salon/ROYA/", "--note", "on the flyer")
    assert told(*added, "--dry-run") == f"would be added: {line}\nnothing was changed"
    assert told("list") == ""
    assert told(*added, "--actor", str(salons["admin"])) == f"added: {line}"
    assert paths("rename", f"SALON:{salons['roya']}", "roya-two").returncode == 0
    assert paths("resolve", "/old-رز").stdout == "301 to /atlas/salon/roya-two\n"

    assert told("add", "/shut/*", "--type", "410").endswith("/shut/* leads nowhere  GONE_410")
    shop = ("add", "/shop/*", "https://shop.example/", "--type", "302", "--query", "ignore", "--json")
    made = json.loads(told(*shop))
    assert made["added"] is True
    assert (made["rule"]["from"], made["rule"]["to"]) == ("/shop/*", "https://shop.example/")
    number = str(made["rule"]["id"])

    off = told("edit", number, "--inactive", "--to", "/blog", "--note", "closed", "--dry-run")
    assert off.startswith(
        "would be changed: /shop/* → /blog  TEMPORARY_302  query ignore  inactive  (closed)"
    )
    assert told("edit", number, "--inactive").endswith("TEMPORARY_302  query ignore  inactive")
    assert paths("resolve", "/shop/hats").stdout == "404\n"
    assert told("edit", "/shut/*", "--type", "308", "--to", "/blog", "--note", "").endswith("PERMANENT_308")

    listed = json.loads(told("list", "--limit", "2", "--json"))
    assert ([rule["from"] for rule in listed["rules"]], listed["more"]) == (["/old-رز", "/shop/*"], True)
    assert told("list", "--limit", "2").endswith("there are more: --after '/shop/*'")
    assert told("list", "--after", "/shop/*") == "/shut/* → /blog  PERMANENT_308"
    assert told("list", "/sho").startswith("/shop/* →")

    assert told("remove", "/old-رز", "--dry-run").startswith(
        "would be removed: /old-رز → /atlas/salon/roya-two"
    )
    assert paths("resolve", "/old-رز").stdout.startswith("301")
    assert told("remove", "/OLD-رز", "--actor", str(salons["admin"])).startswith("removed: /old-رز")
    assert paths("resolve", "/old-رز").stdout == "404\n"
    with embedded_db.connect(OWNER) as connection:
        audited = connection.execute(
            "SELECT action, actor_id FROM audit_log WHERE table_name = 'redirect_rules' ORDER BY id"
        ).fetchall()
    assert audited == [
        ("insert", salons["admin"]), ("insert", None), ("insert", None),
        ("update", None), ("update", None), ("delete", salons["admin"]),
    ]  # fmt: skip


def test_a_rule_that_cannot_stand_is_refused_and_one_that_is_not_there_is_named(paths, salons) -> None:
    refusals = {
        ("add", "/atlas/salon/ziba", "/blog"): "'/atlas/salon/ziba' is in use, as current of SALON:",
        ("add", "/atlas/salon/ziba", "/blog", "--dry-run"): "'/atlas/salon/ziba' is in use, as current of",
        ("add", "/x", "https://evil.example/"): "the host 'evil.example' is not allowed",
        ("add", "/x"): "PERMANENT_301 leads somewhere",
        ("add", "/x", "/blog", "--actor", "999999"): "user 999999 is no administrator",
        ("remove", "/nowhere"): "there is no redirect rule '/nowhere'",
        ("edit", "999999", "--inactive"): "there is no redirect rule 999999",
    }

    for arguments, sentence in refusals.items():
        refused = paths("rule", *arguments)
        assert refused.returncode == 2, arguments
        assert sentence in refused.stderr, arguments
    assert paths("rule", "list").stdout == ""
