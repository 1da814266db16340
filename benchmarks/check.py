"""`pgevolve check` beside squawk on the same files in one run: accuracy on the corpus, and time.

    python benchmarks/check.py              # its part of RESULTS.md; `make bench` writes it too

squawk knows one file at a time, so it is given the file that is judged, while pgevolve is given the files
before it too. It is counted with its usual rules, again without those that are about style or about a timeout
that the deployer sets, and a third time as if a transaction held each file. The time is that of whole
processes, start included, and the two alternate.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from results import write_section

from pgevolve.check.read import read_sources
from pgevolve.check.run import check_sources
from pgevolve.project import CheckOptions

CORPUS = Path(__file__).resolve().parent.parent / "packages/pgevolve/tests/check/corpus"
HEADING = "## Checking migrations"
NEXT_FILE = "-- next file\n"
ROUNDS = 3
MIGRATIONS = 1_000
STYLE = (
    "prefer-robust-stmts,require-timeout-settings,prefer-text-field,prefer-bigint-over-int,prefer-identity,"
    "prefer-timestamptz,prefer-bigint-over-smallint,require-statement-timeout,require-lock-timeout"
)

Flagged = Callable[[list[str]], bool]


class PeerMissingError(Exception):
    """squawk is not installed."""

    def __str__(self) -> str:
        return "squawk is not found: `make bench` installs requirements/bench.txt"


def section() -> str:
    """Measure and return the part of RESULTS.md. Raises PeerMissingError."""
    squawk = shutil.which("squawk", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if squawk is None:
        raise PeerMissingError
    with tempfile.TemporaryDirectory() as scratch:
        return "\n".join([HEADING, "", *_lines(squawk, Path(scratch))]) + "\n"


def _lines(squawk: str, folder: Path) -> Iterator[str]:
    version = subprocess.run([squawk, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}; {version}, the"
        " same files, one run. A script counts as flagged when the exit status is 1. The scripts that are set"
        " aside guided none of pgevolve's rules. A load above the number of cores means a busy machine: then"
        " the times are longer than on a quiet one."
    )
    yield from ("", "| tool | part | dangerous ones caught | safe ones flagged |", "|---|---|---|---|")
    plain = [squawk, f"--exclude={STYLE}", "--pg-version=18.0"]
    tools: dict[str, Flagged] = {
        "pgevolve check": _ours_flags,
        "squawk": lambda files: _flags([squawk, "--pg-version=18.0", files[-1]]),
        "squawk without style and timeouts": lambda files: _flags([*plain, files[-1]]),
        "the same, each file a transaction": lambda files: _flags(
            [*plain, "--assume-in-transaction", files[-1]]
        ),
    }
    for name, flagged in tools.items():
        for part in ("open", "set_aside"):
            counts = _accuracy(folder, part, flagged)
            dangerous, safe = (
                f"{counts[kind, True]} of {counts[kind, True] + counts[kind, False]}"
                for kind in ("dangerous", "safe")
            )
            yield f"| {name} | {part.replace('_', ' ')} | {dangerous} | {safe} |"
    ours, peer = _seconds(_generated(folder / "generated"), squawk)
    yield from ("", f"| {MIGRATIONS:,} migrations, median of {ROUNDS} | time |", "|---|---|")
    yield f"| pgevolve check, over the history they make | {ours:.2f} s |"
    yield f"| squawk, each file by itself | {peer:.2f} s |"


def _accuracy(folder: Path, part: str, flagged: Flagged) -> Counter[tuple[str, bool]]:
    """Return how many cases of each verdict a tool flags."""
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


def _ours_flags(files: list[str]) -> bool:
    """Say whether pgevolve finds something that counts in the last file."""
    today = datetime.now(UTC).date()
    found = check_sources(read_sources([Path(file) for file in files]), CheckOptions(), today)
    return any(finding.counts and finding.file == files[-1] for finding in found)


def _flags(command: list[str]) -> bool:
    """Say whether a linter ends with 1, for findings; any status but 0 and 1 is a mistake of this file."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode == 1


def _generated(folder: Path) -> list[str]:
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


def _seconds(files: list[str], squawk: str) -> tuple[float, float]:
    """Return the median seconds of both processes, which alternate."""
    ours = [str(Path(sys.executable).with_name("pgevolve")), "check", *files]
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for times, command in zip(taken, (ours, [squawk, *files]), strict=True):
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False)
            times.append(time.perf_counter() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])


def main() -> None:
    """Write this part of RESULTS.md and leave the others as they are."""
    part = section()
    write_section(part)
    print(part)


if __name__ == "__main__":
    main()
