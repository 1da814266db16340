"""What must hold of the ledger after each step, whatever the step was.

The model says what each path answers, and each property is looked at by itself. `looked_at` counts how often,
by the number that the property has in the list of promises.
"""

from collections import Counter
from typing import Any, ClassVar

from databases import acting_as, set_role
from hypothesis.stateful import RuleBasedStateMachine, invariant
from ledger_model import STATIC, Answer, LedgerModel, Ref, encoded
from sqlalchemy import Engine, Row, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.resolution import (
    Forward,
    Found,
    Gone,
    LedgerRow,
    MethodNotAllowed,
    Outcome,
    Redirect,
    Static,
    decide,
    forwarded,
)
from sevra_atlas.domain.slugs import path_key, path_prefixes
from sevra_atlas.reads.resolve import LEDGER_SQL
from sevra_atlas.schema.access import APP, MAINTENANCE

AWAY = "https://example.com/x"
METHODS = ("GET", "HEAD", "POST", "PUT")
NEVER_OWNED = ("/nowhere", "/old/a/b", "/shop/a", "/shop/پ", "/new/a")


def answer_of(outcome: Outcome) -> Answer:
    match outcome:
        case Found() | Static():
            return Answer(200)
        case Redirect():
            return Answer(outcome.status, outcome.location)
        case Gone():
            return Answer(outcome.status)
        case MethodNotAllowed():
            return Answer(405)
        case _:
            return Answer(404)


class CheckedLedger(RuleBasedStateMachine):
    """A ledger in a transaction of its own, its model, and the properties that never break."""

    engine: ClassVar[Engine]
    looked_at: ClassVar[Counter[int]]

    def __init__(self) -> None:
        super().__init__()
        self.model = LedgerModel()
        self.known: dict[str, LedgerRow | None] = {}
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        set_role(self.connection, APP)
        # Without it the archive refuses to take a row.
        self.connection.execute(text("SET LOCAL TimeZone = 'UTC'"))
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")

    def teardown(self) -> None:
        self.session.close()
        self.connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        self.transaction.rollback()
        self.connection.close()

    @invariant()
    def the_ledger_is_the_models(self) -> None:
        assert self.ledger() == self.model.kinds_of_rows()

    @invariant()
    def every_path_answers_as_the_model_says(self) -> None:
        self.known.clear()
        ledger = self.ledger()
        visible = {
            path
            for path, (kind, ref) in ledger.items()
            if kind == "current" and ref is not None and self.model.things[ref].is_visible
        }
        moved = {
            row.path
            for row in self.rows("SELECT path FROM slug_history WHERE event IN ('transferred', 'reclaimed')")
        }
        for path in self.paths():
            for raw in (encoded(path), encoded(path).upper() + "/"):
                answers = {method: self.ask(raw, method) for method in METHODS}
                for method, answer in answers.items():
                    assert answer == self.model.answer(path, raw, method), (raw, method)
                self.check_methods(answers)
                self.check_locations(answers, visible)
            if path in self.model.once_current:
                self.check_owner(path, self.ask(encoded(path)), moved)

    def check_methods(self, answers: dict[str, Answer]) -> None:
        assert answers["HEAD"] == answers["GET"]
        assert not {answers["POST"].status, answers["PUT"].status} & {301, 302}
        self.looked_at[17] += 1

    def check_locations(self, answers: dict[str, Answer], visible: set[str]) -> None:
        for location in {answer.location for answer in answers.values()} - {None, AWAY}:
            assert location is not None
            assert path_key(location) in visible | set(STATIC), location
            self.looked_at[10] += 1
            # The next answer is a page, so there is no second redirect and no way back.
            assert self.ask(location) == Answer(200), location
            self.looked_at[1] += 1
            self.looked_at[2] += 1

    def check_owner(self, path: str, answer: Answer, moved: set[str]) -> None:
        first, owner = self.model.once_current[path], self.model.owners.get(path)
        if owner != first:
            assert path in moved
        elif answer.status not in {404, 410}:
            heir = self.model.things[first].successor
            expected = {self.model.here(ref) for ref in (first, heir) if ref is not None}
            assert answer == Answer(200) or answer.location in expected
        self.looked_at[4] += 1

    @invariant()
    def the_journal_replays_to_the_ledger(self) -> None:
        with acting_as(self.session, MAINTENANCE):
            assert self.rows("SELECT * FROM rebuild_url_paths()") == []
        self.looked_at[12] += 1

    @invariant()
    def an_entity_has_one_current_path(self) -> None:
        others = self.rows(
            "SELECT entity_id FROM url_paths JOIN entities USING (entity_type, entity_id)"
            " WHERE state <> 'purged' GROUP BY entity_type, entity_id"
            " HAVING count(*) FILTER (WHERE kind = 'current') <> 1"
        )
        assert others == []
        self.looked_at[13] += 1

    @invariant()
    def no_output_of_a_prefix_rule_meets_one(self) -> None:
        meeting = self.rows(
            "SELECT a.id FROM redirect_rules a, redirect_rules b"
            " WHERE starts_with(a.to_prefix, b.from_prefix) OR starts_with(b.from_prefix, a.to_prefix)"
        )
        assert meeting == []
        self.looked_at[16] += 1

    def rows(self, sql: str, **parameters: object) -> list[Row[Any]]:
        self.session.flush()
        return list(self.session.execute(text(sql), parameters).all())

    def ledger(self) -> dict[str, tuple[str, Ref | None]]:
        """Return what the ledger holds of salons, posts and rules."""
        rows = self.rows(
            "SELECT path, kind::text, entity_type::text, entity_id FROM url_paths WHERE kind <> 'static'"
            " AND coalesce(entity_type, 'SALON') IN ('SALON', 'BLOG_POST')"
        )
        return {row.path: (row.kind, row.entity_id and Ref(row.entity_type, row.entity_id)) for row in rows}

    def paths(self) -> list[str]:
        exact = [source for source in self.model.rules if not source.endswith("*")]
        return sorted({*self.model.owners, *self.model.once_current, *exact, *STATIC, *NEVER_OWNED})

    def answers(self) -> dict[str, Answer]:
        """Return what a visitor gets at every path now."""
        self.known.clear()
        return {path: self.ask(encoded(path)) for path in self.paths()}

    def ask(self, raw: str, method: str = "GET") -> Answer:
        """Resolve as the site does; rows are read once until `known` is cleared."""
        key = path_key(raw)
        assert key is not None
        outcome = decide(self.ledger_row(key), raw, method)
        if isinstance(outcome, Forward):
            return answer_of(forwarded(outcome, self.ledger_row(outcome.key)))
        return answer_of(outcome)

    def ledger_row(self, key: str) -> LedgerRow | None:
        if key not in self.known:
            found = self.connection.exec_driver_sql(
                LEDGER_SQL, {"path": key, "prefixes": list(path_prefixes(key))}
            ).one_or_none()
            self.known[key] = None if found is None else LedgerRow(**found._asdict())
        return self.known[key]
