"""What a worker counts, in the form that Prometheus asks for; one set of numbers a process."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sevra_atlas.workers.jobs import Job, Outcome, Skipped

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300)
_LAG_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)


class JobMetrics:
    """The numbers of the runs of these jobs; labels are the jobs' names and a closed set of outcomes."""

    def __init__(self, jobs: Iterable[Job]) -> None:
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
        self._gauges = {
            name: Gauge(name, _described(job, fact), registry=self.registry)
            for job in jobs
            for fact, name in job.gauges.items()
        }
        self._parted = {
            job.parted_gauge[0]: Gauge(
                job.parted_gauge[0],
                f"Of {job.name}, by {job.parted_gauge[1]}.",
                [job.parted_gauge[1]],
                registry=self.registry,
            )
            for job in jobs
            if job.parted_gauge is not None
        }

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
        for fact, name in job.gauges.items():
            if fact in outcome.facts:
                self._gauges[name].set(outcome.facts[fact])
        if job.parted_gauge is not None:
            for fact, value in outcome.facts.items():
                self._parted[job.parted_gauge[0]].labels(fact).set(value)

    def watch_queue(self, counts: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        """Let each scrape ask how many jobs lie in the queue."""
        self.registry.register(_QueueCollector(counts))


class _QueueCollector(Collector):
    def __init__(self, counts: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterable[GaugeMetricFamily]:
        family = GaugeMetricFamily(
            "sevra_queue_jobs", "Jobs in the queue, by state.", labels=["queue", "state"]
        )
        for (queue, state), count in self._counts().items():
            family.add_metric([queue, state], count)
        yield family

    def describe(self) -> Iterable[GaugeMetricFamily]:
        # Otherwise the library asks for the numbers to learn the name.
        return ()


def _described(job: Job, fact: str) -> str:
    return f"{fact.replace('_', ' ').capitalize()}, by {job.name}."
