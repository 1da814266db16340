"""The matrix: what `effects` claims of a statement beside what a server does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import postgast

from pgevolve.connect import connect
from pgevolve.effects import Effect, effect_of
from pgevolve.effects.database import read_facts
from pgevolve.sqltext import commits_by_itself
from pgevolve.step import Step
from pgevolve.trace import StepTrace, Tracer, strength

HERE = Path(__file__).parent
BASE = (HERE / "base.sql").read_text(encoding="utf-8")
_WEAKEST_CLAIMED = strength("ROW SHARE")


@dataclass(frozen=True, slots=True)
class Form:
    """One statement on the base schema, what prepares it, and the oldest version that knows it."""

    family: str
    title: str
    setup: str
    since: int
    sql: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A form on one server: the claim, the observation, and in which points they differ."""

    form: Form
    version: int
    claim: Effect | None
    seen: StepTrace

    def differences(self) -> list[str]:
        """Return a sentence for each point in which the server contradicts the claim."""
        claim = self.claim
        if claim is None:
            return ["nothing is claimed of this kind of statement"]
        seen_locks = {
            relation: mode
            for relation, mode in self.seen.strongest().items()
            if strength(mode) >= _WEAKEST_CLAIMED
        }
        found = []
        if seen_locks != claim.locks:
            found.append(f"locks: claimed {claim.locks}, seen {seen_locks}")
        if set(self.seen.rewritten) != claim.rewrites:
            found.append(f"written anew: claimed {sorted(claim.rewrites)}, seen {list(self.seen.rewritten)}")
        scanned = set(self.seen.scanned)
        if not claim.reads_by_plan and not (claim.scans <= scanned <= claim.scans | claim.may_scan):
            found.append(f"read whole: claimed {sorted(claim.scans)}, seen {sorted(scanned)}")
        return found


def forms() -> Iterator[Form]:
    """Yield the forms of every family in the order of their files."""
    for path in sorted((HERE / "forms").glob("*.sql")):
        for part in re.split(r"^-- form: ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, *lines = part.splitlines()
            setup = "".join(
                line.removeprefix("-- setup: ") for line in lines if line.startswith("-- setup: ")
            )
            since = [int(line.removeprefix("-- since: ")) for line in lines if line.startswith("-- since: ")]
            sql = "\n".join(line for line in lines if not line.startswith("-- ")).strip().rstrip(";")
            yield Form(path.stem, title, setup, since[0] if since else 0, sql)


def judged(form: Form, url: str) -> Verdict:
    """Run a form on a copy of the base schema; the copy is changed only by its setup and by what commits."""
    by_itself = commits_by_itself(form.sql)
    with connect(url, purpose="matrix") as connection:
        if form.setup:
            connection.execute(form.setup.encode())
        facts = read_facts(connection)
    claim = effect_of(postgast.parse(form.sql).stmts[0].stmt, facts)
    with Tracer(url) as tracer:
        seen = tracer.trace([Step(form.sql, not by_itself)], keep=by_itself, probe=False)[0]
    return Verdict(form, facts.version, claim, seen)
