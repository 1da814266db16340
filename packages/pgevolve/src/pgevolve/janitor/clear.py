"""Clearing: under the deploy lock, with the lock discipline of a deploy, an event for each thing."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from pgevolve.deploy import Session, deploy_session
from pgevolve.deploy.prepare import prepare
from pgevolve.janitor.copies import drop_copy
from pgevolve.janitor.debris import Debris
from pgevolve.janitor.find import find_debris
from pgevolve.ledger import record_event
from pgevolve.lock import require_lock
from pgevolve.project import Project
from pgevolve.run import NoJournal, StepError, one_line, run_steps

_CLEARED = "janitor.cleared"


@dataclass(frozen=True, slots=True)
class NotCleared:
    """Debris that stays: `reason` is the advice, or what the server said."""

    debris: Debris
    reason: str


@dataclass(frozen=True, slots=True)
class Clearing:
    """What was cleared, in order, and what stays."""

    cleared: tuple[Debris, ...]
    left: tuple[NotCleared, ...]


def clear_debris(
    project: Project,
    url: str,
    *,
    wait: float = 600,
    report: Callable[[Debris], None] = lambda _: None,
    copies_url: str | None = None,
) -> Clearing:
    """Find debris and clear what can be cleared, one thing after the other, under the deploy lock.

    `report` is called with each thing that was cleared. What the server refuses stays, and the rest is
    cleared all the same; an interruption leaves the rest. Short locks are asked for, again and again, a
    bounded number of times; an index is dropped CONCURRENTLY. Each thing is recorded as an event, in the
    transaction that clears it where it has one. `copies_url` is as for `find_debris`. Raises
    DeployRunningError, and what `find_debris` and the preparation of a deploy raise.
    """
    cleared: list[Debris] = []
    left: list[NotCleared] = []
    with deploy_session(project, url, wait=wait) as session:
        found = find_debris(project, url, copies_url=copies_url)
        if any(debris.steps for debris in found):
            prepare(session, ())
        for debris in found:
            if not debris.steps:
                left.append(NotCleared(debris, debris.advice or "it has to be decided by hand"))
                continue
            why_not = _cleared(session, debris, copies_url or url)
            if why_not is not None:
                left.append(NotCleared(debris, why_not))
            else:
                cleared.append(debris)
                report(debris)
    return Clearing(tuple(cleared), tuple(left))


def _cleared(session: Session, debris: Debris, copies_url: str) -> str | None:
    """Clear one thing; return why it stays, None when it is gone."""
    if debris.kind == "database":
        return _dropped(session, debris, copies_url)
    try:
        journal = _Events(session, debris)
        run_steps(session.connection, debris.steps, owner=session.project.owner, journal=journal)
    except StepError as failure:
        if session.connection.broken:
            raise failure.error from failure
        return one_line(failure.error)
    return None


def _dropped(session: Session, debris: Debris, copies_url: str) -> str | None:
    """Drop a copy, which only its own login may; the event follows, for it is no part of this database."""
    require_lock(session.guard)
    try:
        if not drop_copy(session.connection, copies_url, debris.name):
            return "a rehearsal uses it"
    except psycopg.Error as error:
        return one_line(error)
    session.record(_CLEARED, _facts(debris))
    return None


def _facts(debris: Debris) -> dict[str, object]:
    return {
        "kind": debris.kind,
        "name": debris.name,
        "why": debris.why,
        "statements": [step.sql for step in debris.steps],
    }


class _Events(NoJournal):
    """Records that one thing is cleared, with its last step."""

    def __init__(self, session: Session, debris: Debris) -> None:
        self.session, self.debris = session, debris

    def before_group(self) -> None:
        require_lock(self.session.guard)

    def record(self, *, last: bool) -> None:
        if last:
            record_event(self.session.connection, _CLEARED, _facts(self.debris))
