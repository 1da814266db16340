"""Writes the table of planted violations into docs/pgevolve/prechecks.md.

python packages/pgevolve/tests/prechecks/report.py docs/pgevolve/prechecks.md
"""

import sys
from pathlib import Path

from planted import cases

_MARK = "<!-- the table below is written by packages/pgevolve/tests/prechecks/report.py -->"


def page(text: str) -> str:
    """Return the page with the table as the cases have it."""
    rows = [
        f"| {number} | {case.kind} | {case.name.replace('|', '/')} | {case.refused} | {case.since} |"
        for number, case in enumerate(cases(), 1)
    ]
    head = [_MARK, "", "| | finding | what is planted | the server says | since |", "|---|---|---|---|---|"]
    return "\n".join([text.partition(_MARK)[0].rstrip("\n"), "", *head, *rows, ""])


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(page(target.read_text(encoding="utf-8")), encoding="utf-8")
