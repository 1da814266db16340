"""What `sevra seo lint` found, as a file for the node exporter."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from numbers_read import numbers

from sevra_atlas.seo_lint import CODES, Finding, NumbersNotWrittenError, write_counted

FOUND = [
    Finding("SM11", "https://sevra.example/a", "410"),
    Finding("SM11", "https://sevra.example/b", "404"),
    Finding("JL05", "https://sevra.example/a", "7"),
]


def test_findings_are_counted_by_rule_and_a_rule_without_one_is_0(tmp_path: Path) -> None:
    file = tmp_path / "seo.prom"

    write_counted(FOUND, file)
    found = numbers(file.read_text())

    looked = found.pop("sevra_seo_lint_timestamp_seconds{}")
    assert abs(looked - datetime.now(UTC).timestamp()) < 60
    assert found == {
        f"sevra_seo_findings{{code={code}}}": {"SM11": 2, "JL05": 1}.get(code, 0) for code in CODES
    }
    assert "sevra.example" not in file.read_text()
    write_counted([], file)
    assert numbers(file.read_text())["sevra_seo_findings{code=SM11}"] == 0
    assert [each.name for each in tmp_path.iterdir()] == ["seo.prom"]


def test_a_file_that_cannot_be_written_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(NumbersNotWrittenError, match=r"cannot be written to .*: No such file or directory"):
        write_counted(FOUND, tmp_path / "nowhere" / "seo.prom")
