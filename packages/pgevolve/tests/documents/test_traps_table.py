"""Each trap of the table names a source and a test that is there, with its case."""

import ast
import re
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_PAGE = Path(__file__).parents[4] / "docs" / "pgevolve" / "traps.md"
_PROOF = re.compile(r"^`([\w/]+\.py)::(test_\w+)(?:\[(.+)\])?`$")


def _rows() -> list[list[str]]:
    lines = [line for line in _PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in rows if row[0] != "trap"]


def test_there_are_many_traps_each_with_a_source() -> None:
    rows = _rows()

    assert len(rows) >= 30
    for row in rows:
        assert len(row) == 4, row
        assert re.search(r"\]\(https://[\w./-]+\)", row[1]), row[0]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0])
def test_the_test_that_proves_it_is_there(row: list[str]) -> None:
    proof = _PROOF.match(row[3])
    assert proof is not None, row[3]
    path, name, case = _TESTS / proof[1], proof[2], proof[3]
    text = path.read_text(encoding="utf-8")

    functions = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}

    assert name in functions
    if case is not None:
        assert _has_case(path, text, case), case


def _has_case(path: Path, text: str, case: str) -> bool:
    """Say whether a case stands in its test's file or in the corpus beside it, or is a rule with a page."""
    in_corpus = any((path.parent / "corpus").rglob(f"{case}.sql"))
    pages = _TESTS.parent / "src" / "pgevolve" / "check" / "pages"
    return f'"{case}"' in text or in_corpus or (pages / f"{case}.md").is_file()
