"""Findings as text for people and machines."""

from collections.abc import Callable, Sequence

from pgevolve.check.finding import Finding
from pgevolve.check.formats import github, json_, sarif, text

FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "text": text.render,
    "json": json_.render,
    "sarif": sarif.render,
    "github": github.render,
}
