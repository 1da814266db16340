"""What a fix does to a text: rewritten statements, and everything else byte for byte."""

from pathlib import Path

import postgast
import pytest

from pgevolve.fix.forms import FORMS

from .conftest import BASE, fixed_text

_CORPUS = Path(__file__).parents[1] / "check" / "corpus"
_FILES = sorted(_CORPUS.glob("*/*.sql"))
_NEXT_FILE = "-- next file\n"


def test_untouched_statements_comments_and_layout_stay() -> None:
    text = (
        "-- why ۱۲۳\n/* and */ SET  lock_timeout = '1s' ; -- behind\n\n"
        "   -- above\n   ALTER TABLE orders\n      ADD CONSTRAINT c -- inside\n      CHECK (total > 0)"
        " /* end */;  COMMENT ON TABLE orders IS 'a;b'\n\n;\n;; -- the end"
    )

    assert fixed_text(text, BASE).text == (
        "-- why ۱۲۳\n/* and */ SET  lock_timeout = '1s' ; -- behind\n\n"
        "   -- above\n   /* end */\n   ALTER TABLE orders ADD CONSTRAINT c -- inside\n      CHECK (total > 0)"
        " NOT VALID;\n   -- pgevolve: transaction=off\n   ALTER TABLE orders VALIDATE CONSTRAINT c;"
        "  COMMENT ON TABLE orders IS 'a;b'\n\n;\n;; -- the end"
    )


def test_two_statements_on_a_line_are_divided_where_one_becomes_a_step_of_its_own() -> None:
    text = "SET LOCAL lock_timeout = '1s'; CREATE INDEX i ON orders (id)"

    assert fixed_text(text, BASE).text == (
        "SET LOCAL lock_timeout = '1s';\n-- pgevolve: transaction=off\n"
        "CREATE INDEX CONCURRENTLY i ON orders (id)"
    )


def test_other_commands_of_the_same_statement_stay_together_and_in_order() -> None:
    text = "ALTER TABLE orders ADD a int,  ADD b int, ALTER note SET NOT NULL, DROP CONSTRAINT x;"

    assert fixed_text(text, BASE, target_version=15).text == (
        "ALTER TABLE orders ADD a int,  ADD b int;\n"
        "ALTER TABLE orders ADD CONSTRAINT orders_note_is_filled CHECK (note IS NOT NULL) NOT VALID;\n"
        "-- pgevolve: transaction=off\nALTER TABLE orders VALIDATE CONSTRAINT orders_note_is_filled;\n"
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n"
        "ALTER TABLE orders DROP CONSTRAINT orders_note_is_filled;\n"
        "ALTER TABLE orders DROP CONSTRAINT x;"
    )


def test_transaction_control_goes_with_the_first_rewritten_statement() -> None:
    text = "BEGIN;\n-- first\nALTER TABLE orders ADD a int;\nCREATE INDEX i ON orders (id);\nCOMMIT;\n"

    fixed = fixed_text(text, BASE)

    assert fixed.text == (
        "-- first\nALTER TABLE orders ADD a int;\n-- pgevolve: transaction=off\n"
        "CREATE INDEX CONCURRENTLY i ON orders (id);\n"
    )
    assert [(done.line, done.rule) for done in fixed.done] == [(1, "PE002"), (4, "PE101")]


def test_a_file_with_savepoints_or_errors_is_left_alone() -> None:
    for text in (
        "BEGIN; SAVEPOINT a; CREATE INDEX i ON orders (id); ROLLBACK TO a; COMMIT;",
        "CREATE INDEX i ON orders (id);\nSELEC 1;",
    ):
        fixed = fixed_text(text, BASE)

        assert (fixed.text, fixed.done) == (text, ())
        assert fixed.left != ()


def test_what_is_left_says_why_and_what_to_do() -> None:
    fixed = fixed_text("REFRESH MATERIALIZED VIEW other;\nALTER TABLE orders RENAME note TO remark;", BASE)

    assert [(left.finding.rule, left.finding.line, left.reason) for left in fixed.left] == [
        ("PE119", 1, "other may have no unique index, which CONCURRENTLY needs: create one first"),
        ("PE204", 2, fixed.left[1].finding.fix),
    ]


@pytest.mark.parametrize("case", _FILES, ids=[case.stem for case in _FILES])
@pytest.mark.parametrize("target_version", [15, 18])
def test_whatever_is_fixed_parses_and_has_no_more_findings_of_those_rules_but_with_a_reason(
    case: Path, target_version: int
) -> None:
    *history, text = case.read_text().split(_NEXT_FILE)
    fixed = fixed_text(text, *history, target_version=target_version)

    again = fixed_text(fixed.text, *history, target_version=target_version)

    for left in again.left:
        if left.finding.rule in FORMS:
            assert left.reason != left.finding.fix
    assert (again.text, again.done) == (fixed.text, ())
    if fixed.text != text:
        postgast.parse(fixed.text)


def test_most_of_what_is_found_in_the_corpus_is_rewritten() -> None:
    found, left = set(), set()
    for case in _FILES:
        *history, text = case.read_text().split(_NEXT_FILE)
        fixed = fixed_text(text, *history)
        found |= {case.stem} if fixed.done or any(one.finding.rule in FORMS for one in fixed.left) else set()
        left |= {case.stem} if any(one.finding.rule in FORMS for one in fixed.left) else set()

    assert len(found) >= 40
    assert len(left) <= len(found) * 2 / 5, sorted(left)
