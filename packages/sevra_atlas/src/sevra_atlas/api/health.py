"""`/health` and `/health/ready`: whether the process runs, and whether it can do its work."""

from datetime import UTC, datetime
from typing import Literal

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from sevra_atlas.api.documented import PLAIN_ANSWERS
from sevra_atlas.api.messages import ApiRequest, Meta, Wire, live_answer
from sevra_atlas.api.shaping import timestamp
from sevra_atlas.readiness import Readiness, State, readiness


class Health(Wire, frozen=True, kw_only=True):
    """The process runs."""

    status: Literal["OK"]
    timestamp: str


class HealthAnswer(Wire, frozen=True, kw_only=True):
    """The process runs."""

    success: bool
    data: Health
    meta: Meta


class Services(Wire, frozen=True, kw_only=True):
    """What the process needs; ABSENT is what this version does not have."""

    database: State
    schema: State
    queue: State
    storage: State


class Ready(Wire, frozen=True, kw_only=True):
    """Whether requests can be served, and what is missing."""

    status: Literal["OK", "UNAVAILABLE"]
    timestamp: str
    environment: str
    services: Services


class ReadyAnswer(Wire, frozen=True, kw_only=True):
    """Whether requests can be served."""

    success: bool
    data: Ready
    meta: Meta


READY_ANSWERS = {
    **PLAIN_ANSWERS,
    503: ResponseSpec(ReadyAnswer, description="Something is missing.", generate_examples=False),
}


@get(
    "/health",
    summary="Is the process alive",
    operation_id="getHealth",
    responses=PLAIN_ANSWERS,
    tags=["health"],
)
async def get_health(request: ApiRequest) -> Response[HealthAnswer]:
    """Return OK; touches nothing else."""
    return live_answer(request, Health(status="OK", timestamp=timestamp(datetime.now(UTC))))


@get(
    "/health/ready",
    summary="Can the process serve",
    operation_id="getReadiness",
    responses=READY_ANSWERS,
    tags=["health"],
)
async def get_readiness(request: ApiRequest) -> Response[ReadyAnswer]:
    """Return the state of database, schema, queue and storage; 503 when one of them fails."""
    settings = request.app.state.settings
    found: Readiness = await readiness(request.app.state.pool, settings.media_dir)
    body = Ready(
        status="OK" if found.is_ready else "UNAVAILABLE",
        timestamp=timestamp(datetime.now(UTC)),
        environment=settings.environment,
        services=Services(
            database=found.database, schema=found.schema, queue=found.queue, storage=found.storage
        ),
    )
    return live_answer(request, body, status=200 if found.is_ready else 503)
