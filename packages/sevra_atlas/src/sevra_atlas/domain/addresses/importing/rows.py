"""The file as rows: one rule a line, every line that cannot be one reported with its number."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sevra_atlas.domain.addresses.errors import TargetNotAllowedError
from sevra_atlas.domain.addresses.rules import ENDINGS
from sevra_atlas.domain.addresses.targets import Prefix, Source, Written, read_source, read_target
from sevra_atlas.domain.errors import InvalidInputError
from sevra_atlas.schema.enums import QueryMode, RedirectType

COLUMNS: Final = ("from", "to", "type", "note", "query", "active")
"""Columns of the file; all but the first two may be missing."""

MOST_BYTES = 20_000_000
MOST_LINES = 100_000
LONGEST_NOTE = 500

_TYPES = {
    name: type_ for type_ in RedirectType for name in (type_.value.casefold(), type_.value.rpartition("_")[2])
}
_SWITCH = {"": True, "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a line, or the whole file (line 0), from being imported; `code` as the API names it."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One rule of the file, as written; `line` is where it begins, counted from 1."""

    line: int
    source: Source
    target: Written | None
    type: RedirectType
    query_mode: QueryMode
    is_active: bool
    note: str | None

    def says_what(self, other: "FileRow") -> bool:
        """Tell whether both lines say the same."""
        return (self.target, self.type, self.query_mode, self.is_active, self.note) == (
            other.target,
            other.type,
            other.query_mode,
            other.is_active,
            other.note,
        )


def read_rows(data: bytes) -> tuple[list[FileRow], list[Problem]]:
    """Return the rows of a file and what is wrong with the other lines; nothing raises.

    UTF-8 with or without a byte order mark, at most 20 MB and 100,000 lines below the heading.
    """
    if len(data) > MOST_BYTES:
        return [], [_file_problem(f"the file has {len(data):,} bytes; {MOST_BYTES:,} are allowed")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Problem(line, InvalidInputError.code, f"byte {error.start} is not UTF-8")]
    rows: list[FileRow] = []
    problems: list[Problem] = []
    try:
        for line, cells in _cells(text):
            if len(rows) + len(problems) >= MOST_LINES:
                return [], [_file_problem(f"the file has more than {MOST_LINES:,} lines")]
            try:
                rows.append(_row(line, cells))
            except InvalidInputError as error:
                problems.append(Problem(line, error.code, str(error)))
    except _FormError as error:
        problems.append(Problem(error.line, InvalidInputError.code, error.reason))
    return rows, problems


class _FormError(Exception):
    """The file is no table of ours from some line on."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line, self.reason = line, reason


class _CellError(InvalidInputError):
    """A cell has a value that means nothing."""

    def __init__(self, field: str, value: str, expected: str) -> None:
        super().__init__(field, value, expected)
        self.field, self.value, self.expected = field, value, expected

    def __str__(self) -> str:
        return f"{self.field} is {self.value!r}, not {self.expected}"


def _file_problem(message: str) -> Problem:
    return Problem(0, InvalidInputError.code, message)


def _cells(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the lines below the heading, each with the number of its first line, by column."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading: list[str] | None = None
    begun = 1
    try:
        for values in reader:
            line, begun = begun, reader.line_num + 1
            if not values:
                continue
            if heading is None:
                heading = _heading(line, values)
            elif len(values) != len(heading):
                raise _FormError(line, f"{len(values)} cells below {len(heading)} headings")
            else:
                yield line, dict(zip(heading, values, strict=True))
    except csv.Error as error:
        raise _FormError(begun, str(error)) from error
    if heading is None:
        raise _FormError(1, "the file has no heading")


def _heading(line: int, values: list[str]) -> list[str]:
    heading = [value.strip().casefold() for value in values]
    if set(heading) - set(COLUMNS) or len(set(heading)) < len(heading) or heading[:2] != ["from", "to"]:
        raise _FormError(line, f"the heading must be from,to and any of {','.join(COLUMNS[2:])}")
    return heading


def _row(line: int, cells: Mapping[str, str]) -> FileRow:
    type_ = _TYPES.get(cells.get("type", "").strip().casefold() or "301")
    if type_ is None:
        raise _CellError("type", cells["type"], "a type of redirect")
    source, written = read_source(cells["from"].strip()), cells["to"].strip()
    target = read_target(written) if written else None
    if (target is None) != (type_ in ENDINGS):
        raise TargetNotAllowedError(written, f"{type_.value} leads {'nowhere' if written else 'somewhere'}")
    if isinstance(target, Prefix) and not isinstance(source, Prefix):
        raise TargetNotAllowedError(written, "only a rule for all below a path leads to all below another")
    return FileRow(line, source, target, type_, _query_mode(cells), _is_active(cells), _note(cells))


def _query_mode(cells: Mapping[str, str]) -> QueryMode:
    value = cells.get("query", "").strip() or QueryMode.PASS.value
    try:
        return QueryMode(value)
    except ValueError:
        raise _CellError("query", value, ", ".join(mode.value for mode in QueryMode)) from None


def _is_active(cells: Mapping[str, str]) -> bool:
    value = cells.get("active", "").strip().casefold()
    if value not in _SWITCH:
        raise _CellError("active", value, "true or false")
    return _SWITCH[value]


def _note(cells: Mapping[str, str]) -> str | None:
    note = cells.get("note", "")
    if len(note) > LONGEST_NOTE:
        raise _CellError("note", note[:20] + "…", f"at most {LONGEST_NOTE} characters")
    if "\0" in note:
        raise _CellError("note", note[:20], "free of NUL")
    return note or None
