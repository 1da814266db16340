"""`docs/promises.md` says how each sentence of the founding document is kept, and says the truth."""

import ast
import re
from pathlib import Path

import pytest
from databases import acting_as
from factories import make_post, make_salon
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import MAINTENANCE, OWNER

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parents[2] / "docs"
SECTIONS = ("1", "2", "6")

PAGE = (DOCS / "promises.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Sentence")
]

EXISTS = {
    "schema": "SELECT to_regnamespace(:name) IS NOT NULL",
    "table": "SELECT relkind IN ('r', 'p') FROM pg_class WHERE oid = to_regclass(:name)",
    "view": "SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass(:name)",
    "index": "SELECT relkind = 'i' FROM pg_class WHERE oid = to_regclass(:name)",
    "function": "SELECT to_regproc(:name) IS NOT NULL",
    "constraint": """
        SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = :name)
            OR EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND indisunique)""",
    "trigger": """
        SELECT count(*) = 1 FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
         WHERE CAST(:name AS text) IN (g.tgname, c.relname || '.' || g.tgname) AND NOT g.tgisinternal""",
    "column": """
        SELECT count(*) = 1 FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name || '.' || column_name = :name""",
}


def sentences_of_the_founding_document() -> list[str]:
    """Return the sentences of the sections that speak of the schema, in their order."""
    chosen = False
    found: list[str] = []
    for line in (DOCS / "founding-document.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            chosen = line.removeprefix("## ").startswith(tuple(f"{number}." for number in SECTIONS))
        elif chosen and line.strip() and not line.startswith("#"):
            found += re.split(r"(?<=[.!?])\s+(?=[A-Z])", line.removeprefix("- ").strip())
    return found


def test_every_sentence_is_quoted_once_and_in_its_order() -> None:
    assert [row[0] for row in ROWS] == sentences_of_the_founding_document()


def named(column: int) -> list[str]:
    return sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[column])})


OBJECTS = [name for name in named(1) if name.split(" ")[0] in EXISTS and " " in name]


@pytest.mark.parametrize("named_object", OBJECTS)
def test_an_object_that_keeps_a_promise_is_in_the_catalogue(session: Session, named_object: str) -> None:
    kind, _, name = named_object.partition(" ")

    with acting_as(session, OWNER):
        assert session.scalar(text(EXISTS[kind]), {"name": name}), named_object


def test_every_promise_names_an_object_or_leads_to_rows_that_do() -> None:
    bare = [row[0] for row in ROWS if not set(re.findall(r"`([^`]+)`", row[1])) & set(OBJECTS)]

    assert bare == ["We use a multi-tiered indexing approach to ensure performance at scale:"]


def test_every_promise_names_tests_and_they_are_in_the_tree() -> None:
    assert all("`" in row[2] for row in ROWS)
    missing = [name for name in named(2) if not in_the_tree(name)]

    assert missing == []


@pytest.mark.parametrize(
    ("title", "sentences", "further"),
    [
        ("Nothing deleted is seen", 12, 0),
        ("A public address never dies", 20, 6),
        ("What is published for machines is true", 14, 0),
        ("Nothing is lost on the way to the archive", 22, 1),
    ],
)
def test_every_sentence_of_a_guarantee_is_a_test_in_the_tree(
    title: str, sentences: int, further: int
) -> None:
    chapter = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^(\d+)\. .*: `(\S+)`$", chapter, re.MULTILINE)

    assert [int(number) for number, _ in listed] == [*range(1, sentences + 1)]
    named_there = re.findall(r"`(\S+::\S+)`", chapter)
    assert [name for name in named_there if not in_the_tree(name)] == []
    assert len(named_there) == sentences + further


def in_the_tree(name: str) -> bool:
    path, _, function = name.partition("::")
    file = TESTS / path
    if not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in ast.walk(tree))


def test_the_words_of_a_post_and_of_a_salon_are_found_by_a_gin_index(session: Session) -> None:
    rows = {"BLOG_POST": make_post(session).id, "SALON": make_salon(session).id}
    found = "SELECT entity_type::text FROM search_documents WHERE tsv @@ 'رنگ'::tsquery ORDER BY 1"

    with acting_as(session, MAINTENANCE):
        for kind, row in rows.items():
            session.execute(
                text(
                    "INSERT INTO search_documents (entity_type, entity_id, title, name_norm, tsv)"
                    " VALUES (CAST(:kind AS entity_type), :row, 'x', 'x', to_tsvector('simple', 'رنگ مو'))"
                ),
                {"kind": kind, "row": row},
            )
        # Two rows are read faster without an index; the question is whether it can answer.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(session.scalars(text(f"EXPLAIN {found}")))

        assert list(session.scalars(text(found))) == ["BLOG_POST", "SALON"]
    assert "search_documents_tsv_idx" in plan


def test_an_index_of_a_list_holds_live_rows_only(session: Session) -> None:
    """Foreign keys are checked for deleted rows too, and some keys are unique among all rows."""
    with acting_as(session, OWNER):
        over_all_rows = session.scalars(
            text(
                """
                SELECT i.indexrelid::regclass::text FROM pg_index i
                  JOIN entity_types t ON i.indrelid = format('public.%I', t.table_name)::regclass
                 WHERE coalesce(pg_get_expr(i.indpred, i.indrelid), '') !~ 'deleted_at IS NULL'
                   AND NOT i.indisunique AND NOT EXISTS (
                       SELECT FROM pg_constraint c
                        WHERE c.conrelid = i.indrelid AND c.contype = 'f'
                          AND i.indkey::int2[] <@ c.conkey)
                 ORDER BY 1
                """
            )
        )

        # Files that wait for their worker and those that look alike: looked up among all rows.
        assert list(over_all_rows) == ["media_sha256_idx", "media_unfinished_idx"]
