"""What values of one shape become in the other, as Python says it, and the values that are tried."""

from typing import TypeAlias

from reference import RefusedError, Values

Pool: TypeAlias = tuple[str | None, ...]


class _Long(str):
    """A text that the server keeps outside of the row, and that a failure need not print."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} characters>"


LONG = _Long("".join(chr(33 + place * place * 7919 % 89) for place in range(9000)))
WORDS: Pool = (None, "", "a", "A ", " a", "ب", LONG)
INT4 = ("-2147483648", "2147483647")
# One is in the hour that New York's and Teheran's clocks pass over, one in the hour that they pass twice.
MOMENTS = (
    None,
    "2021-03-22 00:30:00",
    "2021-03-14 02:30:00",
    "2021-11-07 01:30:00.000001",
    "0001-01-01 00:00:00",
    "294276-12-31 23:59:59.999999",
    "infinity",
    "-infinity",
)
FULL: Pool = (None, "", " ", "Ann", "Ann Lee", "Mary Ann Lee", "Ann ", " Lee", "Ann  Lee", "آن لی")
PART: Pool = (None, "", " ", "Ann", "Lee", "Mary Ann", "Lee ")


def as_int4(values: Values) -> Values:
    """Return a number or a text as `integer` holds it."""
    (value,) = values
    if value is None:
        return values
    try:
        number = int(value)
    except ValueError as error:
        raise RefusedError from error
    if not -(2**31) <= number < 2**31:
        raise RefusedError
    return (str(number),)


def with_zone(values: Values) -> Values:
    (value,) = values
    return values if value is None or "infinity" in value else (f"{value}+00",)


def without_zone(values: Values) -> Values:
    (value,) = values
    return values if value is None else (value.removesuffix("+00"),)


def as_label(values: Values) -> Values:
    if values[0] not in {None, "new", "sold"}:
        raise RefusedError
    return values


def joined(values: Values) -> Values:
    given = [value for value in values if value is not None]
    return (" ".join(given) if given else None,)


def parted(values: Values) -> Values:
    (full,) = values
    if full is None:
        return None, None
    first, _, last = full.partition(" ")
    return first, last or None
