"""A file written anew around statements that changed; what did not change stays byte for byte."""

import re
from collections.abc import Sequence

from pgevolve.fix.model import Part
from pgevolve.fix.words import comments

ANNOTATION = "-- pgevolve: transaction=off"
_ANNOTATED = re.compile(r"^[ \t]*--[ \t]*pgevolve:[ \t]*transaction=off[ \t]*$", re.MULTILINE)


def between(gap: str, *, is_first: bool) -> tuple[str, str]:
    """Divide what stands before a statement: the rest of the line before, and the lines that belong to it.

    Those are the ones below the last empty line.
    """
    head, newline, tail = gap.rpartition("\n\n")
    if not newline and not is_first:
        head, newline, tail = gap.partition("\n")
    return (head + newline, tail) if newline else ("", gap)


def written(above: str, old: str, parts: Sequence[Part], *, in_line: bool = False) -> str:
    """Return the parts that replace a statement, each ended but the last; `above` stands before it.

    Comments inside the old statement that no part holds come to stand above them. With `in_line` something
    else stands before `above` on its line.
    """
    indent = _indent(above)
    new = "\n".join(part.sql for part in parts)
    lost = [f"{comment}\n{indent}" for comment in comments(old) if comment not in new]
    text = above
    begins_line = not above.rsplit("\n", 1)[-1].strip() and not (in_line and "\n" not in above)
    if (lost or parts[0].alone) and not begins_line:
        text = above.rstrip(" \t") + "\n"
        indent = ""
    text += "".join(lost)
    pieces = []
    for place, part in enumerate(parts):
        is_marked = place == 0 and _ANNOTATED.search(above) is not None
        mark = f"{ANNOTATION}\n{indent}" if part.alone and not is_marked else ""
        pieces.append(f"{mark}{part.sql}")
    return text + f";\n{indent}".join(pieces)


def _indent(above: str) -> str:
    last = above.rsplit("\n", 1)[-1]
    return last if not last.strip() else ""
