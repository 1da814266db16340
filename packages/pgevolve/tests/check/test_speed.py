"""How soon an answer is there: what a start imports, and what a thousand migrations cost."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pgevolve.history import checksum

_LOADED = """
import sys
from pgevolve.cli import main
sys.argv = ["pgevolve", *sys.argv[1:]]
try:
    main()
finally:
    print(sorted({"sqlalchemy", "psycopg"} & sys.modules.keys()), file=sys.stderr)
"""
_MIGRATIONS = 1_000
_MOST_SECONDS = 3.0


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a project with a long history, whose models cannot be imported."""
    root = tmp_path / "migrations"
    root.mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pgevolve]\nmetadata = "nowhere:metadata"\nmigrations = "migrations"\n'
    )
    listed, before = [], ""
    for number in range(_MIGRATIONS):
        name = f"20260101_{number // 60:02}{number % 60:02}_m{number}"
        (root / name).mkdir()
        up, down = _up(number), f"DROP TABLE public.t{number};\n"
        (root / name / "up.sql").write_text(up)
        (root / name / "down.sql").write_text(down)
        follows = f'follows = "{before}"\n' if before else ""
        (root / name / "migration.toml").write_text(f'phase = "expand"\n{follows}digest = "{"0" * 64}"\n')
        texts = {"up.sql": up, "down.sql": down, "backfill.sql": None}
        listed.append(f'[[migration]]\nname = "{name}"\nsha256 = "{checksum(texts, "expand", {})}"\n')
        before = name
    (root / "history.toml").write_text("\n".join(listed))
    return tmp_path


def _up(number: int) -> str:
    before = max(number - 1, 0)
    return (
        f"CREATE TABLE public.t{number} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,"
        f" price numeric(8, 2));\nCREATE INDEX t{number}_name ON public.t{number} (name);\n"
        f"ALTER TABLE public.t{before} ADD COLUMN c{number} text;\n"
        f"ALTER TABLE public.t{before} ADD CONSTRAINT ck{number} CHECK (length(c{number}) < 10) NOT VALID;\n"
        f"CREATE FUNCTION public.f{number}() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$;\n"
        f"COMMENT ON TABLE public.t{number} IS 'generated';\n"
    )


@pytest.mark.parametrize("arguments", [["--help"], ["check", "bad.sql"], ["explain", "PE101"]])
def test_what_needs_no_database_loads_no_driver(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "bad.sql").write_text("DROP TABLE users;\n")

    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stderr == "[]\n"
    assert done.stdout != ""


def test_a_thousand_migrations_are_checked_within_the_promised_time_and_without_the_models(
    history: Path,
) -> None:
    program = str(Path(sys.executable).with_name("pgevolve"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    done = subprocess.run([program, "check"], cwd=history, capture_output=True, text=True, check=False)

    # The processor's time, not the clock's: other tests may run beside this one.
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing found\n", "")
    assert spent <= _MOST_SECONDS
