"""What the web counts, in the form that Prometheus asks for.

Several processes answer on one port, and a scrape reaches one of them: they keep their numbers in files of
one folder (`PROMETHEUS_MULTIPROC_DIR`), and each shows the sum of all. Without the folder it shows its own.
"""

import os
import time
from typing import TypeAlias

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from sevra_atlas.domain.resolution import Found, Gone, MethodNotAllowed, NotFound, Outcome, Redirect, Static
from sevra_atlas.reads.resolve import Resolution
from sevra_atlas.refusal_metrics import Refusals

Labels: TypeAlias = tuple[str, ...]

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Read by the library when it is imported."""

UNROUTED = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OUTCOMES = ("found", "static", "redirect", "gone", "legal", "method_not_allowed", "not_found")

_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_RESOLVE_SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 1)
_LEGAL_REASONS = 451


class WebMetrics:
    """The numbers of one web process; labels are templates of routes and closed sets of words."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "sevra_http_requests",
            "Requests answered, by template of the route.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "sevra_http_request_seconds",
            "From a request to the end of its answer.",
            ["route"],
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self._resolve = Counter(
            "sevra_resolve", "Paths of the site, by what they answer.", ["outcome"], registry=self.registry
        )
        self._resolve_seconds = Histogram(
            "sevra_resolve_seconds",
            "How long the ledger took to say what a path answers.",
            buckets=_RESOLVE_SECONDS,
            registry=self.registry,
        )
        self._path_misses = Counter(
            "sevra_path_misses", "Requests for paths that nobody answers.", registry=self.registry
        )
        self._prefix_misses = Counter(
            "sevra_prefix_rule_misses",
            "Requests that a prefix rule led to a path that nobody answers.",
            registry=self.registry,
        )
        self._refusals = Refusals(self.registry)
        for outcome in OUTCOMES:
            # A series that is there before its first event shows the first one as an increase.
            self._resolve.labels(outcome)

    def answered(self, route: str, method: str, status: str, seconds: float) -> None:
        """Count a request; a method of its own invention counts as `other`."""
        self._requests.labels(route, method if method in METHODS else "other", status).inc()
        self._request_seconds.labels(route).observe(seconds)

    def resolved(self, resolution: Resolution, seconds: float) -> None:
        """Count what a path of the site led to."""
        self._resolve.labels(_outcome_word(resolution.outcome)).inc()
        self._resolve_seconds.observe(seconds)
        if resolution.missed is not None:
            self._path_misses.inc()
            if resolution.forward is not None:
                self._prefix_misses.inc()

    def refused(self, error: BaseException) -> None:
        """Count what an error refused, if it is such an error."""
        self._refusals.count(error)

    def shown(self, accept: str) -> tuple[bytes, str]:
        """Return the numbers of all processes, and their media type, by what the asker accepts.

        Reads files where there are several processes; asks no database.
        """
        encode, media_type = choose_encoder(accept)
        return encode(_of_all_processes() or self.registry), media_type


def counted(app: ASGIApp, metrics: WebMetrics) -> ASGIApp:
    """Return the application with every HTTP answer counted; the outermost layer, which sees HEAD as sent."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        begun = time.perf_counter()
        method, status = scope["method"], "none"

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await app(scope, receive, noted)
        finally:
            route = scope.get("path_template") or UNROUTED
            metrics.answered(route, method, status, time.perf_counter() - begun)

    return outer


def _of_all_processes() -> CollectorRegistry | None:
    if FOLDER_VARIABLE not in os.environ:
        return None
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _outcome_word(outcome: Outcome) -> str:
    match outcome:
        case Found():
            return "found"
        case Static():
            return "static"
        case Redirect():
            return "redirect"
        case Gone():
            return "legal" if outcome.status == _LEGAL_REASONS else "gone"
        case MethodNotAllowed():
            return "method_not_allowed"
        case NotFound():
            return "not_found"
