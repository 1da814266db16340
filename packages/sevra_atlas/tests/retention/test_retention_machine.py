"""Deletions go all their ways in any order, against a model; the law of conservation holds at every step."""

from dataclasses import dataclass, field

from archive_scene import Scene
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import tuple_row

from sevra_atlas.domain.errors import RestoreConflictError
from sevra_atlas.domain.retention import holds
from sevra_atlas.domain.retention.errors import PurgedError, StillWaitingError
from sevra_atlas.domain.retention.plan import Verdict, read_plan
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.trash import restore as restore_from_trash
from sevra_atlas.schema.access import MAINTENANCE

Key = tuple[str, int]
_OPEN = {"TRASHED", "BLOCKED"}


@dataclass
class Row:
    """A row, what it hangs on, and the batch that took it last."""

    parents: tuple[Key, ...] = ()
    batch: int | None = None


@dataclass
class Batch:
    """A deletion and where it stands."""

    rows: list[Key]
    root: Key | None = None
    state: str = "TRASHED"
    is_old: bool = False
    is_held: bool = False
    was_archived: bool = False


@dataclass
class Model:
    """Every row and every deletion."""

    rows: dict[Key, Row] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)

    def live(self, table: str | None = None) -> list[Key]:
        return sorted(key for key, row in self.rows.items() if row.batch is None and table in {None, key[0]})

    def in_state(self, *states: str) -> list[int]:
        return sorted(number for number, batch in self.batches.items() if batch.state in states)

    def may_return(self, number: int) -> bool:
        """Whether every parent is live, or comes back too, and no live row took a place."""
        returning = self.batches[number].rows
        taken = {row.parents for row in self.rows.values() if row.batch is None and row.parents}
        return all(
            self.rows[parent].batch in {None, number}
            for key in returning
            for parent in self.rows[key].parents
        ) and not any(self.rows[key].parents in taken for key in returning)

    def standing(self, number: int) -> list[Key]:
        """Return the rows of an archived batch that can be among the others now: none without the root."""
        batch, standing = self.batches[number], list[Key]()
        taken = {row.parents for row in self.rows.values() if row.batch is None and row.parents}
        for key in sorted(batch.rows, key=lambda key: key != batch.root):
            parents = self.rows[key].parents
            if parents not in taken and all(
                self.rows[parent].batch is None or parent in standing for parent in parents
            ):
                standing.append(key)
            elif key == batch.root:
                return []
        return standing


class Retention(RuleBasedStateMachine):
    """People review salons; all of them are deleted, age, are held, archived, purged and brought back."""

    scene: Scene
    numbers: list[int]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()

    def add(self, table: str, sql: str, *parents: Key) -> None:
        self.numbers[0] += 1
        values = {"n": f"machine-{self.numbers[0]}", "phone": f"+9891{self.numbers[0]:08d}"}
        row = self.scene.app.cursor(row_factory=tuple_row).execute(sql.encode(), values).fetchone()
        assert row is not None
        self.model.rows[table, row[0]] = Row(parents)

    @rule()
    def add_user(self) -> None:
        self.add(
            "users",
            "INSERT INTO users (username, phone_number, referral_code)"
            " VALUES (%(n)s, %(phone)s, %(n)s) RETURNING id",
        )

    @rule()
    def add_salon(self) -> None:
        self.add("salons", "INSERT INTO salons (name, slug) VALUES ('x', %(n)s) RETURNING id")

    @precondition(lambda self: self.model.live("users") and self.model.live("salons"))
    @rule(data=st.data())
    def review(self, data: st.DataObject) -> None:
        parents = tuple(data.draw(st.sampled_from(self.model.live(table))) for table in ("users", "salons"))
        if all(row.batch is not None or row.parents != parents for row in self.model.rows.values()):
            (_, author), (_, salon) = parents
            self.add(
                "reviews",
                f"INSERT INTO reviews (author_id, salon_id, rating) VALUES ({author}, {salon}, 5)"
                " RETURNING id",
                *parents,
            )

    @precondition(lambda self: self.model.live())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        table, row_id = data.draw(st.sampled_from(self.model.live()))
        number = self.scene.delete(table, row_id)
        taken = [
            key
            for key, row in self.model.rows.items()
            if row.batch is None and (key == (table, row_id) or (table, row_id) in row.parents)
        ]
        for key in taken:
            self.model.rows[key].batch = number
        self.model.batches[number] = Batch(taken, (table, row_id))

    @precondition(lambda self: self.model.in_state(*_OPEN))
    @rule(data=st.data())
    def days_pass_in_the_trash(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.model.in_state(*_OPEN)))
        self.scene.age(31, number)
        self.model.batches[number].is_old = True

    @precondition(lambda self: self.model.in_state("ARCHIVED"))
    @rule()
    def years_pass_in_the_archive(self) -> None:
        self.scene.age_archive(1096)
        for batch in self.model.batches.values():
            batch.is_old = batch.is_old or batch.was_archived

    @precondition(lambda self: self.model.in_state(*_OPEN, "ARCHIVED"))
    @rule(data=st.data())
    def hold_or_lift(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.model.in_state(*_OPEN, "ARCHIVED")))
        batch = self.model.batches[number]
        if batch.is_held:
            holds.lift_batch(self.scene.workers, number)
        else:
            holds.hold_batch(self.scene.workers, number, "court")
        batch.is_held = not batch.is_held

    @precondition(lambda self: self.model.batches)
    @rule()
    def run(self) -> None:
        planned = read_plan(self.scene.workers).total(Verdict.DUE)
        over = [n for n in self.model.in_state("ARCHIVED") if self.may_go(n)]
        due = [n for n in self.model.in_state(*_OPEN) if self.may_go(n)]

        before = {number: batch.state for number, batch in self.model.batches.items()}

        ran = self.scene.run()

        assert (ran.failed, ran.archived) == ([], planned)
        states = {number: self.scene.state(number) for number in self.model.batches}
        assert [states[number] for number in over] == ["PURGED"] * len(over)
        for number, batch in self.model.batches.items():
            if number not in {*over, *due}:
                assert states[number] == batch.state
            batch.state = states[number]
            if batch.state == "ARCHIVED" and before[number] in _OPEN:
                batch.is_old, batch.was_archived = False, True
        for number in set(due) - set(self.model.in_state("ARCHIVED")):
            table, row_id, _ = self.scene.value(
                "SELECT blocked_by FROM deletion_batches WHERE id = %s", number
            ).split()
            needing = self.model.rows[table, int(row_id)]
            assert needing.batch not in {None, number}
            assert before[needing.batch or 0] in _OPEN
            assert set(needing.parents) & set(self.model.batches[number].rows)

    def may_go(self, number: int) -> bool:
        return self.model.batches[number].is_old and not self.model.batches[number].is_held

    @precondition(lambda self: self.model.in_state(*_OPEN))
    @rule(data=st.data())
    def restore_from_the_trash(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.model.in_state(*_OPEN)))
        batch, expected = self.model.batches[number], self.model.may_return(number)
        try:
            with self.scene.database.session(MAINTENANCE) as session:
                assert restore_from_trash(session, number) == len(batch.rows)
        except RestoreConflictError:
            assert not expected
        else:
            assert expected
            self.back(number, batch.rows)

    @precondition(lambda self: self.model.in_state("ARCHIVED", "PURGED"))
    @rule(data=st.data())
    def restore_from_the_archive(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.model.in_state("ARCHIVED", "PURGED")))
        batch, standing = self.model.batches[number], self.model.standing(number)
        self.numbers[0] += 1
        try:
            returned = restore(self.scene.workers, number, phone=f"+9892{self.numbers[0]:08d}")
        except PurgedError:
            assert batch.state == "PURGED"
        except RestoreConflictError:
            assert batch.root is not None
            assert not standing
        except StillWaitingError:
            assert batch.root is None
            assert not standing
        else:
            left = [key for key in batch.rows if key not in standing]
            assert sum(returned.rows.values()) == len(standing) > 0
            assert (sum(returned.waiting.values()), returned.remainder is None) == (len(left), not left)
            if returned.remainder is not None:
                self.model.batches[returned.remainder] = Batch(
                    left,
                    state="ARCHIVED",
                    is_old=batch.is_old,
                    is_held=batch.is_held,
                    was_archived=True,
                )
                for key in left:
                    self.model.rows[key].batch = returned.remainder
            self.back(number, standing)

    def back(self, number: int, rows: list[Key]) -> None:
        for key in rows:
            self.model.rows[key].batch = None
        self.model.batches[number].rows, self.model.batches[number].state = rows, "RESTORED"

    @invariant()
    def nothing_is_lost_or_twice(self) -> None:
        assert self.scene.broken_balances() == []

    @invariant()
    def every_row_is_where_its_batch_says(self) -> None:
        for table in ("users", "salons", "reviews"):
            mine = [key for (name, key) in self.model.rows if name == table]
            hot = self.ids(f"SELECT id, deletion_id FROM {table} WHERE id = ANY (%s)", mine)
            kept = self.ids(
                "SELECT row_id, batch_id FROM archive.rows"
                f" WHERE table_name = '{table}' AND row_id = ANY (%s)",
                mine,
            )
            for key in mine:
                batch = self.model.rows[table, key].batch
                state = "LIVE" if batch is None else self.model.batches[batch].state
                there = state == "LIVE" or state in _OPEN
                assert hot.get(key, "gone") == (batch if there else "gone")
                assert kept.get(key, "gone") == (batch if state == "ARCHIVED" else "gone")

    def ids(self, sql: str, mine: list[int]) -> dict[int, int | None]:
        return dict(self.scene.owner.cursor(row_factory=tuple_row).execute(sql.encode(), (mine,)).fetchall())


def test_whatever_happens_to_deletions_every_row_is_in_one_place(scene: Scene) -> None:
    machine = type("Machine", (Retention,), {"scene": scene, "numbers": [0]})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
