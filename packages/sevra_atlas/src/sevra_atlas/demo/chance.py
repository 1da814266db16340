"""A seeded source of choices that gives the same values on every Python from 3.11 on."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Chance:
    """Choices from a seed and the name of an area; two areas never disturb one another.

    Only `Random.random()` is used: it is the one method whose sequence the library promises to keep
    ("Notes on Reproducibility" in the documentation of `random`).
    """

    def __init__(self, seed: int, area: str) -> None:
        self._next = Random(f"{seed}/{area}").random  # noqa: S311 - sample data, nothing secret

    def fraction(self) -> float:
        """Return a number in [0, 1)."""
        return self._next()

    def happens(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self._next() < probability

    def below(self, limit: int) -> int:
        """Return an integer in [0, limit)."""
        return int(self._next() * limit)

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.below(len(options))]

    def skewed(self, options: Sequence[T], power: float) -> T:
        """Return one of the options, the first ones more often: the higher the power, the more often."""
        return options[int(self._next() ** power * len(options))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Return `count` different options in random order, all of them when there are fewer."""
        pool = list(options)
        taken = min(count, len(pool))
        for place in range(taken):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:taken]


class Weighted(Generic[T]):
    """Options with weights, drawn in logarithmic time."""

    def __init__(self, options: Sequence[T], weights: Sequence[float]) -> None:
        self._options = options
        self._sums = list(accumulate(weights))

    def draw(self, chance: Chance) -> T:
        """Return one option; its probability is its share of the weights."""
        return self._options[bisect(self._sums, chance.fraction() * self._sums[-1])]
