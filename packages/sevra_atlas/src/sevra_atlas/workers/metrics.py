"""What a worker counts, in the form that Prometheus asks for; one set of numbers a process."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sevra_atlas.refusal_metrics import Refusals
from sevra_atlas.workers.jobs import Job, Outcome, Skipped
from sevra_atlas.workers.reading import Standing

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300)
_LAG_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)
# A run tells its numbers before the queue notes its end, by another clock.
_SAME_RUN_SECONDS = 60.0


class JobMetrics:
    """The numbers of the runs of these jobs; labels are the jobs' names and closed sets of words."""

    def __init__(self, jobs: Iterable[Job], clock: Callable[[], float] = time.time) -> None:
        jobs = tuple(jobs)
        self.registry = CollectorRegistry()
        self._runs = Counter("sevra_job_runs", "Runs of jobs.", ["job", "outcome"], registry=self.registry)
        self._seconds = Histogram(
            "sevra_job_seconds", "How long a run took.", ["job"], buckets=_SECONDS, registry=self.registry
        )
        self._lag = Histogram(
            "sevra_job_lag_seconds",
            "From when a job was due until it began.",
            ["job"],
            buckets=_LAG_SECONDS,
            registry=self.registry,
        )
        self._totals = {
            # The library puts the ending back.
            name: Counter(name.removesuffix("_total"), _described(job, fact), registry=self.registry)
            for job in jobs
            for fact, name in job.totals.items()
        }
        self._parted_totals = {
            name: Counter(name.removesuffix("_total"), _parted(of, label), [label], registry=self.registry)
            for (name, label), of in _sharers(jobs).items()
            if name.endswith("_total")
        }
        self._timings = {
            name: Histogram(name, _described(job, fact), buckets=_SECONDS, registry=self.registry)
            for job in jobs
            for fact, name in job.timings.items()
        }
        self._refusals = Refusals(self.registry)
        self._findings = _Findings(jobs, clock)
        self.registry.register(self._findings)

    def began(self, job: Job, lag_seconds: float) -> None:
        """Count the wait of a run that begins."""
        self._lag.labels(job.name).observe(max(lag_seconds, 0))

    def ended(self, job: Job, outcome: str, seconds: float) -> None:
        """Count a run that ended."""
        self._runs.labels(job.name, outcome).inc()
        self._seconds.labels(job.name).observe(seconds)

    def told(self, job: Job, outcome: Outcome) -> None:
        """Add what a run did to the metrics of its job."""
        if isinstance(outcome, Skipped):
            return
        for fact, name in job.totals.items():
            self._totals[name].inc(outcome.facts.get(fact, 0))
        for fact, name in job.timings.items():
            if fact in outcome.facts:
                self._timings[name].observe(outcome.facts[fact] / 1000)
        for name, parts in outcome.parts.items():
            if name in self._parted_totals:
                for part, number in parts.items():
                    self._parted_totals[name].labels(part).inc(number)
        self._findings.told(job, outcome.facts, outcome.parts)

    def counted(self, metric: str, part: str, number: int = 1) -> None:
        """Add to a part of a metric that is added up, whatever becomes of the run."""
        self._parted_totals[metric].labels(part).inc(number)

    def refused(self, error: BaseException) -> None:
        """Count what an error refused, if it is such an error."""
        self._refusals.count(error)

    def watch(self, standing: Standing) -> None:
        """Show beside them how things stand in the database, asked at each scrape.

        What this process found stands back from then on when another one has found it anew.
        """
        self.registry.unregister(self._findings)
        self.registry.register(standing)
        self._findings.newest = standing.last_successes
        self.registry.register(self._findings)


@dataclass(frozen=True, slots=True)
class _Finding:
    at: float
    numbers: Mapping[str, Mapping[str, int]]


class _Findings(Collector):
    """Gauges: what the last run of a job found, where it was this process that ran it."""

    def __init__(self, jobs: tuple[Job, ...], clock: Callable[[], float]) -> None:
        self._jobs, self._clock = jobs, clock
        self._found: dict[str, _Finding] = {}
        self.newest: Callable[[], Mapping[str, float]] = dict

    def told(self, job: Job, facts: Mapping[str, int], parts: Mapping[str, Mapping[str, int]]) -> None:
        numbers: dict[str, Mapping[str, int]] = {
            name: {"": facts[fact]} for fact, name in job.gauges.items() if fact in facts
        }
        numbers |= {name: parts[name] for name in job.parts if name in parts and not name.endswith("_total")}
        if numbers:
            self._found[job.name] = _Finding(self._clock(), numbers)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        newest, found = self.newest(), dict(self._found)
        for job in self._jobs:
            finding = found.get(job.name)
            if finding is None or newest.get(job.name, 0) > finding.at + _SAME_RUN_SECONDS:
                continue
            for name, parts in finding.numbers.items():
                label = job.parts.get(name)
                text = f"By the last run of {job.name}."
                family = GaugeMetricFamily(name, text, labels=[label] if label else [])
                for part, number in parts.items():
                    family.add_metric([part] if label else [], number)
                yield family

    def describe(self) -> Iterable[GaugeMetricFamily]:
        for job in self._jobs:
            for name in job.gauges.values():
                yield GaugeMetricFamily(name, f"By the last run of {job.name}.")
            for name, label in job.parts.items():
                if not name.endswith("_total"):
                    yield GaugeMetricFamily(name, f"By the last run of {job.name}.", labels=[label])


def _described(job: Job, fact: str) -> str:
    return f"{fact.replace('_', ' ').capitalize()}, by {job.name}."


def _sharers(jobs: tuple[Job, ...]) -> dict[tuple[str, str], list[str]]:
    """Return the jobs of each metric of parts with its label; several may add to one."""
    sharers: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        for part in job.parts.items():
            sharers.setdefault(part, []).append(job.name)
    return sharers


def _parted(of: list[str], label: str) -> str:
    return f"Of {', '.join(of)}, by {label}."
