"""The worker: the one module that knows the queue's library.

The library fetches jobs, keeps their states, listens for new ones and shows that this worker lives. What a
job is, when it runs again and how it ends is decided here.
"""

import asyncio
import logging
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate import jobs as library_jobs
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from prometheus_client import start_http_server
from psycopg_pool import PoolTimeout

from sevra_atlas.workers.backoff import is_final
from sevra_atlas.workers.errors import DatabaseLostError, QueueUnreachableError, ReleasedError
from sevra_atlas.workers.jobs import Job, Role
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.reading import Standing
from sevra_atlas.workers.running import APPLICATION_NAME, Runner, Stopping, Ticket
from sevra_atlas.workers.scheduling import HEARTBEAT_SECONDS, STALLED_AFTER_SECONDS, keep_scheduling

GRACE_SECONDS = 30.0
"""How long the jobs in hand may go on when the worker is asked to stop."""

_POLL_SECONDS = 1.0
_READY_POLL_SECONDS = 0.02
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """How a worker works: the queues (None: all), the jobs at once, where metrics are shown."""

    queues: tuple[str, ...] | None = None
    concurrency: int = 4
    grace_seconds: float = GRACE_SECONDS
    metrics_address: tuple[str, int] | None = None


def work(urls: Mapping[Role, str], jobs: Sequence[Job], options: Options, ready: Callable[[], None]) -> None:
    """Work until SIGTERM or SIGINT, in the main thread; call `ready` once jobs are fetched.

    Jobs in hand may go on for the grace time; then their statements are cancelled and they go back into the
    queue. Raises `QueueUnreachableError` at the start, `DatabaseLostError` at any time.
    """
    _say_what_matters()
    stopping, metrics = Stopping(), JobMetrics(jobs)
    with (
        Runner(urls, metrics, stopping, options.concurrency) as runner,
        _metrics_shown(urls["maintenance"], metrics, options),
    ):
        scheduler = threading.Thread(
            target=keep_scheduling, args=(urls["maintenance"], jobs, stopping.asked), name="scheduler"
        )
        scheduler.start()
        try:
            asyncio.run(_work(urls["maintenance"], _Hands(runner, tuple(jobs), stopping), options, ready))
        except (ConnectorException, PoolTimeout) as error:
            raise DatabaseLostError from error
        finally:
            stopping.asked.set()
            scheduler.join()


@dataclass(frozen=True, slots=True)
class _Hands:
    runner: Runner
    jobs: tuple[Job, ...]
    stopping: Stopping


async def _work(url: str, hands: _Hands, options: Options, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    # One thread beside those of the jobs, for what the loop itself hands over.
    loop.set_default_executor(ThreadPoolExecutor(options.concurrency + 1, thread_name_prefix="job"))
    app = App(
        connector=PsycopgConnector(
            conninfo=url,
            kwargs={"fallback_application_name": APPLICATION_NAME},
            min_size=1,
            max_size=options.concurrency + 2,
        )
    )
    for job in hands.jobs:
        _register(app, job, hands.runner)
    async with app.open_async():
        if not await app.check_connection_async():
            raise QueueUnreachableError
        worker = Worker(
            app=app,
            queues=options.queues,
            concurrency=options.concurrency,
            install_signal_handlers=False,
            fetch_job_polling_interval=_POLL_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_AFTER_SECONDS,
        )

        def stop() -> None:
            if not hands.stopping.asked.is_set():
                hands.stopping.asked.set()
                worker.stop()  # type: ignore[no-untyped-call]
                # The cancelling waits for the server, which the loop must not.
                loop.call_later(options.grace_seconds, lambda: loop.run_in_executor(None, hands.runner.force))

        for number in _SIGNALS:
            loop.add_signal_handler(number, stop)
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        # The library tells nobody when it has entered the worker.
        while worker.worker_id is None and not running.done():  # noqa: ASYNC110
            await asyncio.sleep(_READY_POLL_SECONDS)
        if not running.done():
            _log.info("worker ready", jobs=len(hands.jobs), concurrency=options.concurrency)
            ready()
        await running
    if not hands.stopping.asked.is_set():
        raise DatabaseLostError


def _register(app: App, job: Job, runner: Runner) -> None:
    def run(context: JobContext, /, **ids: int) -> None:
        fetched = context.job
        assert fetched.id is not None, "a fetched job has its number"
        runner.run(Ticket(job, fetched.id, fetched.attempts, ids))

    app.task(name=job.name, queue=job.queue, pass_context=True, retry=_Policy(job))(run)


class _Policy(BaseRetryStrategy):
    """The job's own policy, in the library's terms."""

    def __init__(self, job: Job) -> None:
        self._job, self._chance = job, random.Random()  # noqa: S311 - spreads retries, keeps no secret

    def get_retry_decision(self, *, exception: BaseException, job: library_jobs.Job) -> RetryDecision | None:
        if isinstance(exception, ReleasedError):
            return RetryDecision(retry_at=datetime.now(UTC))
        if is_final(exception):
            return None
        pause = self._job.retry.pause(job.attempts + 1, self._chance)
        return None if pause is None else RetryDecision(retry_at=datetime.now(UTC) + pause)


@contextmanager
def _metrics_shown(url: str, metrics: JobMetrics, options: Options) -> Iterator[None]:
    """Answer `/metrics` in a thread meanwhile, if an address is given."""
    if options.metrics_address is None:
        yield
        return
    host, port = options.metrics_address
    with Standing(url) as standing:
        metrics.watch(standing)
        server, thread = start_http_server(port, host, registry=metrics.registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _LibrarysWords(logging.Handler):
    """Passes on what the library says of itself; how jobs end is told already, without their tracebacks."""

    def emit(self, record: logging.LogRecord) -> None:
        if str(getattr(record, "action", "")).startswith("job_"):
            return
        fault = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        _log.warning("queue", said=record.getMessage(), level_name=record.levelname.lower(), fault=fault)


def _say_what_matters() -> None:
    library = logging.getLogger("procrastinate")
    library.handlers, library.propagate = [_LibrarysWords(logging.WARNING)], False
    library.setLevel(logging.WARNING)
