"""What a process refused, in the form that Prometheus asks for: the same numbers in web and worker."""

from prometheus_client import CollectorRegistry, Counter

from sevra_atlas.domain.refusals import PARTS, Refused, refusal_of

_COUNTED: dict[Refused, tuple[str, str, str]] = {
    "slug": ("sevra_slug_taken", "Slugs that another row has or had.", "type"),
    "reference": ("sevra_dead_reference_refused", "References to a deleted row, by check.", "constraint"),
    "restore": ("sevra_restores_refused", "Restores that did not take place, by why.", "outcome"),
}


class Refusals:
    """The numbers of what one process refused, in a registry of its own; labels are closed sets of words."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._counters: dict[Refused, Counter] = {
            what: Counter(name, text, [label], registry=registry)
            for what, (name, text, label) in _COUNTED.items()
        }
        for what, counter in self._counters.items():
            # A series that is there before its first event shows the first one as an increase.
            for part in PARTS[what]:
                counter.labels(part)

    def count(self, error: BaseException) -> None:
        """Count what an error refused; any other error changes nothing."""
        refusal = refusal_of(error)
        if refusal is not None:
            self._counters[refusal.what].labels(refusal.part).inc()
