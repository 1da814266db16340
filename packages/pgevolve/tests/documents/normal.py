"""What differs from run to run, and which lines a page shows for it."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

ELISION = "..."
_MIGRATION = re.compile(r"\b\d{8}_\d{4,6}_(\w+)")
_VARYING = (
    (_MIGRATION, r"<when>_\1"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d:\d\d(\.\d+)?\b"), "<time>"),
    (re.compile(r"\b\d+\.\d+ ?(ms|s)\b|\b\d+ ms\b"), "<duration>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<checksum>"),
    (re.compile(r"\b(pid|PID|port) \d+"), r"\1 <number>"),
    # Lines that pytest draws end where a duration does.
    (re.compile(r"([=_])\1{3,}"), r"\1\1\1\1"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), r"\1:<port>"),
)


# A deploy tells of every step that held a table, and of one that took a second, as any may on a busy machine.
_SLOW_STEP = re.compile(r"^ +\d+ .+\n +waited \d+\.\d\d s, ran \d+\.\d\d s(?:, attempt \d+)?\n", re.MULTILINE)


def without_slow_steps(text: str) -> str:
    """Return an output without the steps that are told only because they were slow."""
    return _SLOW_STEP.sub("", text)


def normal(lines: Sequence[str]) -> list[str]:
    """Return lines without trailing blanks, and without times, checksums, process ids and ports."""
    found = without_trailing_blanks(lines)
    for pattern, name in _VARYING:
        found = [pattern.sub(name, line) for line in found]
    return found


def mended(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """Return what was printed, in the page's own lines where only times and the like differ."""
    kept = without_trailing_blanks(printed)
    for begin, other, size in SequenceMatcher(None, normal(shown), normal(kept)).get_matching_blocks():
        kept[other : other + size] = shown[begin : begin + size]
    return kept


def without_trailing_blanks(lines: Sequence[str]) -> list[str]:
    """Return lines without blanks at their ends, and without empty lines at the end."""
    found = [line.rstrip() for line in lines]
    while found and not found[-1]:
        found.pop()
    return found


def agrees(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Say whether a page shows what was printed; a line `...` stands for any number of lines."""
    wanted, got = normal(shown), normal(printed)
    if ELISION not in wanted:
        return wanted == got
    pattern = "".join(r"(?:.*\n)*?" if line == ELISION else re.escape(line) + r"\n" for line in wanted)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in got)) is not None


def names_of_migrations(text: str) -> dict[str, str]:
    """Return how a text first spells each migration, with its time, by its name without it."""
    found: dict[str, str] = {}
    for match in _MIGRATION.finditer(text):
        found.setdefault(match[1], match[0])
    return found


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return a text with migrations spelled as in `names`; those that are not there stay."""
    return _MIGRATION.sub(lambda match: names.get(match[1], match[0]), text)
