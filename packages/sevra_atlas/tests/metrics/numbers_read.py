"""Reading what `/metrics` answers, by the parsers of the library."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families

Numbers = dict[str, float]


def numbers(text: str) -> Numbers:
    """Return every sample by its name and labels, as they are written."""
    return _samples(text_string_to_metric_families(text))


def numbers_of(registry: CollectorRegistry) -> Numbers:
    """Return every sample of a registry."""
    return numbers(generate_latest(registry).decode())


def moved(read: Callable[[], Numbers], act: Callable[[], object]) -> Numbers:
    """Return what an act changed, each by how much; new samples count from 0."""
    before = read()
    act()
    changes = {name: value - before.get(name, 0) for name, value in read().items()}
    return {name: by for name, by in changes.items() if by}


def _samples(families: Iterable[Metric]) -> Numbers:
    return {
        f"{sample.name}{{{','.join(f'{name}={value}' for name, value in sorted(sample.labels.items()))}}}": (
            sample.value
        )
        for family in families
        for sample in family.samples
    }
