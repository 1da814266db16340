"""`sevra schema`: what it says of a table is what a database made from the migrations has."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from databases import acting_as
from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from sevra_atlas.cli.application import build
from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import APP, OWNER
from sevra_atlas.schema.description import describe
from sevra_atlas.schema.diagrams import pages

DOCS = Path(__file__).parents[4] / "docs" / "schema"


def sevra(*arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sevra_atlas.cli", "schema", *arguments],
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(session: Session, sql: str) -> dict[str, Any]:
    with acting_as(session, OWNER):
        return {row[0]: row[1] for row in session.execute(text(sql))}


DESCRIBED = {name: describe(metadata, name) for name in metadata.tables}


def test_types_and_nulls_are_those_of_the_catalogue(session: Session) -> None:
    found = rows(
        session,
        "SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,"
        " array_agg(ROW(a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull)::text"
        "           ORDER BY a.attnum)"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND n.nspname IN ('public', 'archive') GROUP BY 1",
    )

    said = {
        name: [
            f"({c.name},{quoted(c.type.replace('timestamptz', 'timestamp with time zone'))},"
            f"{'t' if c.nullable else 'f'})"
            for c in described.columns
        ]
        for name, described in DESCRIBED.items()
    }
    assert {name: columns for name, columns in found.items() if name in said} == said
    assert len(said) == len(metadata.tables)


def quoted(word: str) -> str:
    return f'"{word}"' if re.search(r"[\s,()]", word) else word


def test_triggers_are_those_of_the_catalogue(session: Session) -> None:
    found = rows(
        session,
        "SELECT CASE n.nspname WHEN 'archive' THEN 'archive.' ELSE '' END || c.relname,"
        ' array_agg(g.tgname::text ORDER BY g.tgname::text COLLATE "C")'
        " FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND n.nspname IN ('public', 'live', 'archive')"
        " GROUP BY 1",
    )

    assert {name: [t.name for t in d.triggers] for name, d in DESCRIBED.items() if d.triggers} == found
    assert all(trigger.does for described in DESCRIBED.values() for trigger in described.triggers)


def test_every_index_says_what_it_serves() -> None:
    silent = [i.name for d in DESCRIBED.values() for i in d.indexes if i.serves.startswith("nothing")]

    assert silent == []


@pytest.mark.parametrize("name", ["salons", "url_paths", "follows", "otp_attempts", "archive.rows"])
def test_who_may_do_what_is_what_the_server_grants(session: Session, name: str) -> None:
    described = DESCRIBED[name]
    relation = described.live_view or (name if "." in name else f"public.{name}")
    said = {
        word
        for fact in described.access
        if fact.role == APP and fact.relation == relation and not fact.columns
        for word in fact.privilege.split(", ")
    }

    with acting_as(session, OWNER):
        granted = {
            word
            for word in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            if session.scalar(
                text("SELECT has_table_privilege(:role, :relation, :word)"),
                {"role": APP, "relation": relation, "word": word},
            )
        }

    assert said == granted


def test_a_soft_deletable_table_says_what_a_deletion_takes_along_and_what_keeps_it() -> None:
    salons, cities = DESCRIBED["salons"], DESCRIBED["cities"]

    assert (salons.live_view, salons.url_prefix) == ("live.salons", "/atlas/salon")
    assert salons.takes_along == ("reviews.salon_id", "comments.salon_id")
    assert cities.kept_by == ("salons.city_id", "artists.city_id")
    assert DESCRIBED["follows"].live_view is None


def test_a_column_says_who_writes_it() -> None:
    writers = {column.name: column.written_by for column in DESCRIBED["salons"].columns}

    assert writers["name"] == "application"
    assert writers["id"] == writers["rating_key"] == "database"
    assert writers["review_count"] == writers["deleted_at"] == "trigger or worker"
    assert {c.written_by for c in DESCRIBED["url_paths"].columns} == {"trigger or worker"}


def test_a_table_is_described_for_people_and_for_programs(tmp_path: Path) -> None:
    shown = sevra("describe", "live.salons", at=tmp_path)
    told = json.loads(sevra("describe", "salons", "--json", at=tmp_path).stdout)

    assert shown.returncode == 0
    for words in (
        "a DELETE there moves the row to the trash",
        "Goes with it into the trash: reviews.salon_id, comments.salon_id.",
        "salons_city_id_rating_key_live_idx",
        "INSERT: every column but id, slug_key",
    ):
        assert words in shown.stdout
    assert "\x1b" not in shown.stdout
    assert told["name"] == "salons"
    assert [column["name"] for column in told["columns"]] == metadata.tables["salons"].columns.keys()


def test_an_unknown_table_is_a_usage_error_that_names_similar_ones(tmp_path: Path) -> None:
    near, far = sevra("describe", "salon", at=tmp_path), sevra("describe", "xyzzy", at=tmp_path)

    assert (near.returncode, far.returncode) == (2, 2)
    assert near.stderr.startswith("error: there is no table 'salon'\nhint: did you mean salons")
    assert far.stderr == "error: there is no table 'xyzzy'\nhint: the tables are listed in docs/schema\n"


def test_the_committed_diagrams_are_those_of_the_models() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}

    assert committed == pages(metadata)


def test_every_table_is_drawn_once_and_every_line_ends_at_a_table() -> None:
    boxes = re.findall(r"^  (\w+) \{$", "\n".join(pages(metadata).values()), re.MULTILINE)
    lines = re.findall(r"^  (\w+) [|o]+--[|o{]+ (\w+) : ", "\n".join(pages(metadata).values()), re.MULTILINE)

    assert sorted(boxes) == sorted(name.replace(".", "_") for name in metadata.tables)
    assert {name for line in lines for name in line} <= set(boxes)
    assert len(lines) == sum(len(table.foreign_key_constraints) for table in metadata.tables.values())


@pytest.mark.parametrize("page", [name for name in pages(metadata) if name != "README.md"])
def test_a_diagram_is_written_as_mermaid_reads_it(page: str) -> None:
    diagram = pages(metadata)[page].split("```mermaid\nerDiagram\n")[1].split("```")[0]

    for line in diagram.splitlines():
        assert re.fullmatch(
            r'  (\w+ \{|\}|\w+ (\|\||\|o)--(o\{|o\|) \w+ : "[^"]+"|'
            r'  [a-z]\w* [a-z]\w*( (PK|FK|UK)(,(PK|FK|UK))*)? "[^"]*")',
            line,
        ), line


def test_pages_are_compared_written_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def diagram(*arguments: str) -> tuple[int, list[str]]:
        result = CliRunner().invoke(build(), ["schema", "diagram", *arguments])
        return result.exit_code, result.stdout.splitlines()

    status, differing = diagram("--check")
    assert (status, "docs/schema/media.md differs from the models" in differing) == (1, True)

    assert diagram() == (0, ["13 of 13 pages written to docs/schema, 0 removed"])
    assert diagram("--check") == (0, ["13 pages agree with the models"])

    (tmp_path / "docs/schema/media.md").write_text("changed")
    (tmp_path / "docs/schema/former.md").write_text("an area that is no more")
    assert diagram("--check") == (
        1,
        ["docs/schema/media.md differs from the models", "docs/schema/former.md differs from the models"],
    )
    assert diagram() == (0, ["1 of 13 pages written to docs/schema, 1 removed"])
