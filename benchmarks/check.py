"""`pgevolve check` beside squawk on the same files in one run: accuracy on the corpus, and time.

    python benchmarks/check.py [path of squawk]

squawk comes with `pip install squawk-cli`; it needs not be in this environment. It knows one file at a
time, so it is given the file that is judged, while pgevolve is given the files before it too. It is counted
with its default rules, and a second time without those that are about style rather than about harm. The time
is that of whole processes, start included.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pgevolve.check.read import read_sources
from pgevolve.check.run import check_sources
from pgevolve.project import CheckOptions

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "packages/pgevolve/tests/check/corpus"
NEXT_FILE = "-- next file\n"
ROUNDS = 3
MIGRATIONS = 1_000
STYLE = (
    "prefer-robust-stmts,require-timeout-settings,prefer-text-field,prefer-bigint-over-int,prefer-identity,"
    "prefer-timestamptz,prefer-bigint-over-smallint,require-statement-timeout,require-lock-timeout"
)


def main() -> None:
    """Print both tables."""
    squawk = sys.argv[1] if len(sys.argv) > 1 else shutil.which("squawk")
    if squawk is None:
        sys.exit("squawk is not found: pip install squawk-cli, or give its path")
    ours = str(Path(sys.executable).with_name("pgevolve"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        tools = {
            "pgevolve check": flags,
            "squawk": lambda files: fails([squawk, files[-1]]),
            "squawk, no style rules": lambda files: fails([squawk, f"--exclude={STYLE}", files[-1]]),
        }
        print("| tool | part | dangerous caught | safe flagged |\n|---|---|---|---|")
        for name, flagged in tools.items():
            for part in ("open", "set_aside"):
                counts = accuracy(folder, part, flagged)
                print(
                    f"| {name} | {part} | {counts['dangerous', True]} of {total(counts, 'dangerous')}"
                    f" | {counts['safe', True]} of {total(counts, 'safe')} |"
                )
        files = generated(folder / "generated")
        print(f"\n| tool | {MIGRATIONS:,} migrations, s, median of {ROUNDS} |\n|---|---|")
        print(f"| pgevolve check | {seconds([ours, 'check', *files]):.2f} |")
        print(f"| squawk | {seconds([squawk, *files]):.2f} |")


def accuracy(folder: Path, part: str, flagged: Callable[[list[str]], bool]) -> Counter[tuple[str, bool]]:
    """Return how many cases of each verdict a tool flags, as its exit status says."""
    counts: Counter[tuple[str, bool]] = Counter()
    for case in sorted((CORPUS / part).glob("*.sql")):
        text = case.read_text()
        verdict = text.splitlines()[0].split()[-1]
        files = []
        for number, content in enumerate(text.split(NEXT_FILE)):
            path = folder / f"{case.stem}_{number}.sql"
            path.write_text(content)
            files.append(str(path))
        counts[verdict, flagged(files)] += 1
    return counts


def flags(files: list[str]) -> bool:
    """Say whether pgevolve finds something that counts in the last file."""
    found = check_sources(read_sources([Path(file) for file in files]), CheckOptions(), date.today())  # noqa: DTZ011 (there are no allowances)
    return any(finding.counts and finding.file == files[-1] for finding in found)


def fails(command: list[str]) -> bool:
    """Say whether a command ends with a status other than 0."""
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def total(counts: Counter[tuple[str, bool]], verdict: str) -> int:
    """Return the number of cases of a verdict."""
    return counts[verdict, True] + counts[verdict, False]


def generated(folder: Path) -> list[str]:
    """Write the migrations that are timed: a table, an index, changes of the table before, a function."""
    folder.mkdir()
    paths = []
    for number in range(MIGRATIONS):
        path = folder / f"{number:04}.sql"
        before = max(number - 1, 0)
        path.write_text(
            f"CREATE TABLE t{number} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,"
            f" price numeric(8, 2));\nCREATE INDEX t{number}_name ON t{number} (name);\n"
            f"ALTER TABLE t{before} ADD COLUMN c{number} text;\n"
            f"ALTER TABLE t{before} ADD CONSTRAINT ck{number} CHECK (length(c{number}) < 10) NOT VALID;\n"
            f"CREATE FUNCTION f{number}() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$;\n"
            f"COMMENT ON TABLE t{number} IS 'generated';\nGRANT SELECT ON t{number} TO web;\n"
        )
        paths.append(str(path))
    return paths


def seconds(command: list[str]) -> float:
    """Return the median seconds of a process."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
