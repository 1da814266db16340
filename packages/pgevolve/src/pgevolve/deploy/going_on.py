"""Where the steps of a begun migration go on, after what an interruption left is looked up and cleared."""

from typing import Literal, TypeAlias

from pgevolve.deploy.decide import decide
from pgevolve.deploy.facts import read_step_facts, target_of
from pgevolve.deploy.report import Report
from pgevolve.deploy.session import Session
from pgevolve.deploy.work import Work
from pgevolve.failures import UnknownOutcomeError
from pgevolve.ledger import (
    LedgerStep,
    StepRecord,
    ledger_steps,
    record_event,
    record_steps,
)
from pgevolve.progress import StepSettled
from pgevolve.run import run_alone
from pgevolve.sqltext import commits_by_itself

Answer: TypeAlias = Literal["done", "again"]


def first_step_to_run(session: Session, work: Work, answer: Answer | None, tell: Report) -> int:
    """Return the number of the first step that is not done; one past the last when all are.

    A step outside a transaction that was begun is looked up in the catalogue. An invalid index that it left
    is dropped, outside of any transaction. `answer` is what somebody says of a step of which the catalogue
    does not tell. Raises UnknownOutcomeError, and what the server says.
    """
    recorded = ledger_steps(session.connection, work.name, work.direction)
    first = 1 + sum(step.state == "done" for step in recorded)
    unsettled = next((step for step in recorded if step.number == first and step.state != "done"), None)
    if unsettled is None or not _is_in_doubt(work, first):
        return first
    return first + 1 if _settled(session, work, unsettled, answer, tell) == "done" else first


def _is_in_doubt(work: Work, number: int) -> bool:
    return number <= len(work.steps) and commits_by_itself(work.steps[number - 1].sql)


def _settled(
    session: Session, work: Work, unsettled: LedgerStep, answer: Answer | None, tell: Report
) -> Literal["done", "run again"]:
    step = work.steps[unsettled.number - 1]
    target = target_of(step.sql)
    decision = decide(target, unsettled.before, read_step_facts(session.connection, target))
    for statement in decision.clear:
        run_alone(session.connection, statement, session.project.owner)
    verdict = decision.verdict
    if verdict == "unknown":
        if answer is None:
            raise UnknownOutcomeError(work.name, unsettled.number)
        verdict = "done" if answer == "done" else "run again"
    with session.as_owner():
        record_event(
            session.connection,
            "step.settled",
            {
                "migration": work.name,
                "direction": work.direction,
                "step": unsettled.number,
                "verdict": verdict,
                "said": answer if decision.verdict == "unknown" else None,
                "cleared": list(decision.clear),
            },
        )
        if verdict == "done":
            done = StepRecord(unsettled.number, step, "done", attempts=unsettled.attempts)
            record_steps(session.connection, work.name, work.direction, [done])
    tell(StepSettled(work.name, unsettled.number, verdict, decision.clear))
    return verdict
