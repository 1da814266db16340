"""Options of every command that changes a database: how long to wait, and for what."""

from typing import Annotated, TypeAlias

import typer

from pgevolve.lock_policy import LockPolicy

Wait: TypeAlias = Annotated[float, typer.Option(min=0, help="Seconds to wait for another deploy.")]
LockTimeout: TypeAlias = Annotated[
    float,
    typer.Option(min=0.001, help="Seconds to wait for the locks of a step at first; it grows a little."),
]
Attempts: TypeAlias = Annotated[int, typer.Option(min=1, help="How often to ask for the locks of a step.")]
Terminate: TypeAlias = Annotated[
    float | None,
    typer.Option(min=0, help="Seconds after which sessions in the way are ended; never without it."),
]


def lock_policy(lock_timeout: float, attempts: int, terminate_blockers_after: float | None) -> LockPolicy:
    """Return the options as one value."""
    return LockPolicy(lock_timeout, attempts, terminate_blockers_after)
