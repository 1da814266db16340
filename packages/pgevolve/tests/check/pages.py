"""The pages of the rules, taken apart for tests."""

import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

_BLOCK = re.compile(r"```(\w+)\n(.*?)\n```", re.DOTALL)
_LOCK = re.compile(r"^lock: (.+); rewrite: (yes|no); scan: (yes|no)$", re.MULTILINE)
_FAILS = re.compile(r"^fails: (\w{5})$", re.MULTILINE)
_ONLY = re.compile(r"^only: (\w+) ?(\d*)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A page with examples; `only` holds the conditions under which they hold, such as `since 17`."""

    rule: str
    text: str

    @cached_property
    def _blocks(self) -> list[str]:
        return [match[2] + "\n" for match in _BLOCK.finditer(self.text)]

    @property
    def given(self) -> str:
        return self._blocks[0]

    @property
    def refused(self) -> str:
        return self._blocks[1]

    @property
    def message(self) -> str:
        return self._blocks[2]

    @property
    def safe(self) -> str:
        return self._blocks[3]

    @property
    def near_miss(self) -> str:
        return self._blocks[4]

    @property
    def locks(self) -> dict[str, str]:
        said = self._claims[1]
        pairs = (part.rsplit(" on ", 1) for part in said.split(", ")) if said != "none" else ()
        return {table: mode for mode, table in pairs}

    @property
    def rewrite(self) -> bool:
        return self._claims[2] == "yes"

    @property
    def scan(self) -> bool:
        return self._claims[3] == "yes"

    @property
    def fails(self) -> str | None:
        match = _FAILS.search(self.text)
        return None if match is None else match[1]

    @property
    def only(self) -> dict[str, str]:
        return {match[1]: match[2] for match in _ONLY.finditer(self.text)}

    @property
    def _claims(self) -> re.Match[str]:
        match = _LOCK.search(self.text)
        assert match is not None, f"{self.rule} has no line with its lock"
        return match


def all_pages() -> dict[str, Page]:
    folder = files("pgevolve.check") / "pages"
    found = {entry.name.removesuffix(".md"): entry.read_text() for entry in folder.iterdir()}
    return {rule: Page(rule, text) for rule, text in sorted(found.items())}


PAGES = all_pages()
WITH_EXAMPLES = {rule: page for rule, page in PAGES.items() if "## Given" in page.text}
# What they warn of is neither a lock nor an error: test_effects_of_pages.py looks at it.
OF_ANOTHER_KIND = frozenset({"PE002", "PE005", "PE405", "PE406"})
