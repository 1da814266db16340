"""A whole check: files, rules, allowances."""

from collections.abc import Sequence
from datetime import date

from pgevolve.check.allowances import read_allowances, without_allowed
from pgevolve.check.checker import Checker
from pgevolve.check.finding import Finding
from pgevolve.check.registry import all_rules
from pgevolve.check.source import Source
from pgevolve.project import CheckOptions


def check_sources(sources: Sequence[Source], options: CheckOptions, today: date) -> list[Finding]:
    """Return what the rules find in the files that report, and what is wrong with the allowances.

    Raises AllowancesFileError, RuleTwiceError.
    """
    found = Checker(all_rules(), options).check(sources)
    kept, wrong = without_allowed(found, read_allowances(sources), today)
    return [finding for source, finding in kept if source.reported] + wrong
