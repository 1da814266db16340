"""`[tool.pgevolve.backfill]`."""

from pathlib import Path

import pytest

from pgevolve.cli.configuration import ConfigurationError, read_configuration
from pgevolve.project import BackfillOptions

_TABLE = '[tool.pgevolve]\nmetadata = "a:b"\nmigrations = "m"\n[tool.pgevolve.backfill]\n'
_PAGE = Path(__file__).parents[4] / "docs" / "pgevolve" / "backfills.md"


def _read(folder: Path, settings: str) -> BackfillOptions:
    file = folder / "pyproject.toml"
    file.write_text(_TABLE + settings)
    return read_configuration(file, folder).backfill


def test_settings_are_read_and_the_others_keep_their_defaults(tmp_path: Path) -> None:
    found = _read(tmp_path, "target_seconds = 1\nmax_blocks = 64\n")

    assert found == BackfillOptions(target_seconds=1, max_blocks=64)


def test_the_page_shows_each_setting_with_its_default(tmp_path: Path) -> None:
    shown = _PAGE.read_text(encoding="utf-8").split("[tool.pgevolve.backfill]\n")[1].split("```")[0]

    assert shown.count("=") == len(BackfillOptions.__dataclass_fields__)
    assert _read(tmp_path, shown) == BackfillOptions()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("speed = 1", "backfill has other settings than target_seconds, "),
        ('target_seconds = "1"', "target_seconds of backfill is no number"),
        ("target_seconds = true", "target_seconds of backfill is no number"),
        ("max_blocks = 1.5", "max_blocks of backfill is no whole number"),
        ("min_blocks = 0", "min_blocks of backfill is too small"),
        ("patience_seconds = -1", "patience_seconds of backfill is too small"),
        ("max_blocks = 16", "first_blocks of backfill is not between min_blocks and max_blocks"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, settings: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        _read(tmp_path, settings)
