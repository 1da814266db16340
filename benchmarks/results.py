"""RESULTS.md: a head that `make bench` writes, and sections under headings, each kept by one script."""

import re
from pathlib import Path

_RESULTS = Path(__file__).with_name("RESULTS.md")


def write_head(head: str) -> None:
    """Replace what stands before the first section; sections of other scripts stay as they are."""
    page = _RESULTS.read_text(encoding="utf-8")
    first = re.search(r"^## ", page, flags=re.MULTILINE)
    sections = page[first.start() :] if first else ""
    _RESULTS.write_text(f"{head.rstrip()}\n\n{sections}", encoding="utf-8")


def write_section(section: str) -> None:
    """Replace the section under the same heading, its first line, where it stands; a new one goes last."""
    page = _RESULTS.read_text(encoding="utf-8")
    heading = section.partition("\n")[0]
    pattern = re.compile(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
    text = f"{section.rstrip()}\n\n"
    if pattern.search(page):
        page = pattern.sub(lambda _: text, page, count=1)
    else:
        page = f"{page.rstrip()}\n\n{text}"
    _RESULTS.write_text(f"{page.rstrip()}\n", encoding="utf-8")
