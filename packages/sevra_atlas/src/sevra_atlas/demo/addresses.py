"""Slugs of demo rows: Persian or Latin, each key used once by one kind of entity and never again."""

import re

from sevra_atlas.domain.slugs import slug_key_v1

_GAPS = re.compile(r"[\s\u200c]+")
# Marks above letters, such as the hamza of ezafe: spoken, but not written in an address.
_MARKS = re.compile(r"[\u064b-\u065f]")


def persian_slug(text: str) -> str:
    """Return a Persian name as a slug: hyphens for spaces and zero-width non-joiners, no marks."""
    return _GAPS.sub("-", _MARKS.sub("", text.strip()))


class Addresses:
    """The keys that the entities of one kind have or had."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, *candidates: str) -> str:
        """Return the first candidate that is free, or the last with a number, and keep it from others."""
        for candidate in candidates:
            if self._keep(candidate):
                return candidate
        number = 2
        while not self._keep(f"{candidates[-1]}-{number}"):
            number += 1
        return f"{candidates[-1]}-{number}"

    def _keep(self, slug: str) -> bool:
        key = slug_key_v1(slug)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True
