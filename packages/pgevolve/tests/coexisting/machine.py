"""A machine that lets both releases write in any order while the change goes on and back."""

from collections.abc import Callable
from typing import Any

from applications import Session, Shape
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from reference import (
    Delete,
    Insert,
    MoveKey,
    Reference,
    RefusedError,
    Row,
    Side,
    ToItself,
    Touch,
    Update,
    Upsert,
    Values,
    Write,
    keys_of,
)
from scenarios import Scenario
from stage import Stage

_KEYS = range(1, 7)


class Coexistence(RuleBasedStateMachine):
    """Two sessions of each release; after every statement each shape holds what the reference says."""

    def __init__(self, scenario: Scenario, open_stage: Callable[[], Any]) -> None:
        super().__init__()
        self.scenario, self.reference = scenario, Reference(scenario.groups)
        self._opened = open_stage()
        self.stage: Stage = self._opened.__enter__()
        self.sessions = [
            Session(self.stage.url, side, number) for side in ("old", "new") for number in (1, 2)
        ]
        self.rows: dict[int, Row] = {}
        self.times_back = 0

    def teardown(self) -> None:
        try:
            self._end_all(commit=True)
            while self.stage.done < len(self.stage.units):
                self.stage.go_on()
                self._step_taken()
            self._compare(self._at("new")[0])
        finally:
            for session in self.sessions:
                session.connection.close()
            self._opened.__exit__(None, None, None)

    @initialize(data=st.data())
    def rows_are_there(self, data: Any) -> None:
        for key in data.draw(st.sets(st.sampled_from(_KEYS)), "rows that are there"):
            self._run(self._at("old")[0], Insert(((key, data.draw(self._values("old"), f"row {key}")),)))

    @rule(data=st.data())
    def writes(self, data: Any) -> None:
        session = data.draw(st.sampled_from(self._working()), "who")
        for _ in range(data.draw(st.integers(1, 4), "how often")):
            self._write(session, data)

    @rule(data=st.data())
    def writes_more(self, data: Any) -> None:
        self.writes(data)

    def _write(self, session: Session, data: Any) -> None:
        free = sorted(
            set(_KEYS) - {key for other in self.sessions if other is not session for key in other.held}
        )
        if not free:
            return
        write = data.draw(self._writes(session.side, free), f"{session.name} at {self.stage.done}")
        self._run(session, write)

    @precondition(lambda self: not self.scenario.lonely)
    @rule(data=st.data())
    def begins_or_ends(self, data: Any) -> None:
        session = data.draw(st.sampled_from(self._working()), "who")
        if session.view is None:
            session.connection.execute("BEGIN")
            session.view = {}
        else:
            self._end(session, commit=data.draw(st.booleans(), "commit"))

    @rule(data=st.data())
    def reads(self, data: Any) -> None:
        self._compare(data.draw(st.sampled_from(self._working()), "who"))

    @precondition(lambda self: self.stage.done < len(self.stage.units))
    @rule()
    def goes_on(self) -> None:
        self._end_all(commit=True)
        self.stage.go_on()
        self._step_taken()

    @precondition(lambda self: self.stage.done > 0 and self.stage.is_whole and not self.stage.is_contracted)
    @rule()
    def goes_back(self) -> None:
        self._end_all(commit=True)
        self.stage.go_back()
        self.times_back += 1
        self.rows = self.reference.filled_anew(self.rows)
        self._compare(self._at("old")[0])

    def _may_go_back(self) -> bool:
        stage = self.stage
        return self.times_back < 2 and stage.done > 0 and stage.is_whole and not stage.is_contracted

    def _step_taken(self) -> None:
        self._compare(self._at("new" if self.stage.is_contracted else "old")[0])

    def _working(self) -> list[Session]:
        if self.stage.is_contracted:
            return self._at("new")
        return self.sessions if self.stage.is_expanded else self._at("old")

    def _at(self, side: Side) -> list[Session]:
        return [session for session in self.sessions if session.side == side]

    def _shape(self, side: Side) -> Shape:
        if side == "old":
            return self.scenario.before
        return self.scenario.after if self.stage.is_contracted else self.scenario.beside

    def _seen(self, session: Session) -> dict[int, Row]:
        """Return the rows that a session sees: what is committed, and what it did itself."""
        seen = {key: row for key, row in self.rows.items() if key not in session.held}
        return {**seen, **(session.view or {})}

    def _run(self, session: Session, write: Write) -> None:
        seen = self._seen(session)
        contracted = self.stage.is_contracted
        wanted: dict[int, Row] | None
        try:
            wanted = self.reference.after(seen, session.side, write, contracted=contracted)
        except RefusedError:
            wanted = None
        taken = session.run(self._shape(session.side), write)
        assert taken == (wanted is not None), f"{session.name}: {write} {'taken' if taken else 'refused'}"
        touched = keys_of(write)
        if session.view is None:
            self.rows = wanted if wanted is not None else self.rows
        else:
            after = wanted if wanted is not None else seen
            session.held |= touched
            session.view = {key: row for key, row in after.items() if key in session.held}
        self._compare(session)

    def _compare(self, session: Session) -> None:
        """Look at all rows in the shapes that there are."""
        wanted = self._seen(session)
        if not self.stage.is_contracted:
            self._compare_side(session, "old", wanted)
        if self.stage.is_contracted or (self.stage.is_expanded and self.stage.is_helped):
            self._compare_side(session, "new", wanted)

    def _compare_side(self, session: Session, side: Side, wanted: dict[int, Row]) -> None:
        found = session.rows(self._shape(side))
        expected = {key: (row.price, row.side(side)) for key, row in wanted.items()}
        assert found == expected, f"{session.name} reads the {side} shape"

    def _end(self, session: Session, *, commit: bool) -> None:
        session.connection.execute(b"COMMIT" if commit else b"ROLLBACK")
        if commit:
            self.rows = self._seen(session)
        session.view, session.held = None, set()

    def _end_all(self, *, commit: bool) -> None:
        for session in self.sessions:
            if session.view is not None:
                self._end(session, commit=commit)

    def _values(self, side: Side) -> st.SearchStrategy[Values]:
        pools = self.scenario.old_values if side == "old" else self.scenario.new_values
        values = st.tuples(*(st.sampled_from(pool) for pool in pools))
        if self.stage.is_helped:
            return values
        # What has no counterpart is refused from the first step on, and found by the pre-checks before it.
        return values.filter(self._has_a_counterpart)

    def _has_a_counterpart(self, values: Values) -> bool:
        try:
            self.reference.after({}, "old", Insert(((1, values),)))
        except RefusedError:
            return False
        return True

    def _writes(self, side: Side, free: list[int]) -> st.SearchStrategy[Write]:
        key, values = st.sampled_from(free), self._values(side)
        keys = st.lists(key, min_size=1, max_size=3, unique=True).map(tuple)
        # A key is looked at row by row: whether two rows may exchange theirs depends on which comes first.
        most = 1 if any(group.unique for group in self.scenario.groups) else 3
        given = st.lists(st.tuples(key, values), min_size=1, max_size=most, unique_by=lambda row: row[0]).map(
            tuple
        )
        count = len(self._shape(side).columns)
        columns = st.sets(st.sampled_from(range(count)), min_size=1).map(sorted).map(tuple)
        how = ["overwrite", "leave"] + ["merge"] * self.scenario.merges
        return st.one_of(
            st.builds(Insert, given),
            st.builds(Update, given, columns),
            st.builds(Upsert, given, st.sampled_from(how)),
            st.builds(ToItself, keys),
            st.builds(Touch, keys),
            st.builds(Delete, keys),
            st.builds(MoveKey, key, key),
            st.builds(lambda keys: Insert(tuple((key, None) for key in keys)), keys),
        )
