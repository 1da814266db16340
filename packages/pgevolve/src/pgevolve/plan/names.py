"""Names that the planner makes, short enough for the server."""

import re
from collections.abc import Collection

_NAME_BYTES = 63
_SHORTER = {
    "character varying": "varchar",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "double precision": "double",
    "[]": "_array",
}
_WORD_CHARACTERS = 24


def with_ending(base: str, ending: str) -> str:
    """Return a name with an ending, its own end cut off where the server would cut the ending."""
    return base.encode()[: _NAME_BYTES - len(ending.encode())].decode(errors="ignore") + ending


def as_type(base: str, type_: str, taken: Collection[str]) -> str:
    """Return the name of what stands beside `base` until that has the type: `views_as_bigint`.

    A name that is `taken` gets a number.
    """
    ending = f"_as_{_word(type_)}"
    found, number = with_ending(base, ending), 1
    while found in taken:
        number += 1
        found = with_ending(base, f"{ending}_{number}")
    return found


def _word(type_: str) -> str:
    for long, short in _SHORTER.items():
        type_ = type_.replace(long, short)
    words = re.sub(r"[^0-9a-z]+", "_", type_.lower().rsplit(".", 1)[-1]).strip("_")
    return words[:_WORD_CHARACTERS].strip("_") or "new"
