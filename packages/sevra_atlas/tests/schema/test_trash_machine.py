"""Deletion batches and counters against a model: what went together comes back together, sums included."""

from dataclasses import dataclass, field

from databases import SEARCH_PATHS
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from sevra_atlas.domain.invariants import COUNTERS, broken
from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER

Key = tuple[str, int]


@dataclass
class Row:
    """What the model knows of a row: its parents and the batch that holds it."""

    parents: tuple[Key, ...] = ()
    batch: int | None = None


@dataclass
class Model:
    """Every row ever made."""

    rows: dict[Key, Row] = field(default_factory=dict)

    def live(self, table: str) -> list[int]:
        return sorted(key for (name, key), row in self.rows.items() if name == table and row.batch is None)

    def batches(self) -> list[int]:
        return sorted({row.batch for row in self.rows.values() if row.batch is not None})

    def delete(self, key: Key, batch: int) -> None:
        for other, row in self.rows.items():
            if row.batch is None and (other == key or key in row.parents):
                row.batch = batch

    def may_restore(self, batch: int) -> bool:
        """Tell whether every parent is live, or comes back too, and no live row took a place."""
        returning = [row for row in self.rows.values() if row.batch == batch]
        taken = {row.parents for row in self.rows.values() if row.batch is None and row.parents}
        return all(
            self.rows[parent].batch in {None, batch} for row in returning for parent in row.parents
        ) and not any(row.parents in taken for row in returning)


class Trash(RuleBasedStateMachine):
    """Users review salons; reviews, users and salons are deleted and restored in any order."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.connection: Connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.number = 0

    def teardown(self) -> None:
        self.connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        self.transaction.rollback()
        self.connection.close()

    def act(self, role: str, sql: str, **parameters: object) -> object:
        """Run a statement as a role; return its first value, or the constraint that refused it."""
        self.connection.execute(
            text("SELECT set_config('role', :role, true), set_config('search_path', :path, true)"),
            {"role": role, "path": SEARCH_PATHS[role]},
        )
        try:
            with self.connection.begin_nested():
                result = self.connection.execute(text(sql), parameters)
                return result.scalar() if result.returns_rows else result.rowcount
        except DBAPIError as error:
            return str(getattr(getattr(error.orig, "diag", None), "constraint_name", None) or error)

    def add(self, table: str, made: object, *parents: Key) -> None:
        assert isinstance(made, int), made
        self.model.rows[table, made] = Row(parents)

    @rule()
    def add_user(self) -> None:
        self.number += 1
        sql = (
            "INSERT INTO users (username, phone_number, referral_code)"
            " VALUES (:name, :phone, :name) RETURNING id"
        )
        made = self.act(APP, sql, name=f"machine-{self.number}", phone=f"+9891{self.number:08d}")
        self.add("users", made)

    @rule()
    def add_salon(self) -> None:
        self.number += 1
        sql = "INSERT INTO salons (name, slug) VALUES ('x', :slug) RETURNING id"
        self.add("salons", self.act(APP, sql, slug=f"machine-{self.number}"))

    @precondition(lambda self: self.model.live("users") and self.model.live("salons"))
    @rule(data=st.data(), rating=st.integers(1, 5))
    def review(self, data: st.DataObject, rating: int) -> None:
        author = data.draw(st.sampled_from(self.model.live("users")))
        salon = data.draw(st.sampled_from(self.model.live("salons")))
        parents: tuple[Key, Key] = (("users", author), ("salons", salon))
        sql = "INSERT INTO reviews (author_id, salon_id, rating) VALUES (:a, :s, :r) RETURNING id"
        made = self.act(APP, sql, a=author, s=salon, r=rating)
        if any(row.parents == parents and row.batch is None for row in self.model.rows.values()):
            assert made == "reviews_author_target_live_key"
        else:
            self.add("reviews", made, *parents)

    @precondition(lambda self: self.model.live("reviews"))
    @rule(data=st.data(), status=st.sampled_from(["PUBLISHED", "HIDDEN"]), rating=st.integers(1, 5))
    def edit(self, data: st.DataObject, status: str, rating: int) -> None:
        review = data.draw(st.sampled_from(self.model.live("reviews")))
        sql = "UPDATE reviews SET status = CAST(:s AS review_status), rating = :r WHERE id = :id"
        assert self.act(APP, sql, s=status, r=rating, id=review) == 1

    @precondition(lambda self: any(row.batch is None for row in self.model.rows.values()))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        alive = sorted(key for key, row in self.model.rows.items() if row.batch is None)
        table, row_id = data.draw(st.sampled_from(alive))
        assert self.act(APP, f"DELETE FROM {table} WHERE id = :id", id=row_id) == 1
        batch = self.act(APP, "SELECT max(id) FROM deletion_batches")
        assert isinstance(batch, int)
        self.model.delete((table, row_id), batch)

    @precondition(lambda self: self.model.batches())
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.model.batches()))
        held = [row for row in self.model.rows.values() if row.batch == batch]
        restored = self.act(MAINTENANCE, "SELECT restore_batch(:batch)", batch=batch)
        if self.model.may_restore(batch):
            assert restored == len(held), restored
            for row in held:
                row.batch = None
        else:
            assert restored in {
                "reviews_author_id_live",
                "reviews_salon_id_live",
                "reviews_author_target_live_key",
            }

    @invariant()
    def what_is_seen_is_what_is_live(self) -> None:
        for table in ("users", "salons", "reviews"):
            seen = self.act(APP, f"SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM {table}")
            assert seen == self.model.live(table)

    @invariant()
    def every_counter_is_the_count(self) -> None:
        self.act(OWNER, "SELECT 1")
        connection = self.connection.connection.driver_connection
        assert connection is not None
        assert broken(connection, COUNTERS) == []

    @invariant()
    def a_batch_counts_its_rows(self) -> None:
        self.act(OWNER, "SELECT 1")
        open_batches = self.connection.execute(
            text("SELECT id, row_count FROM deletion_batches WHERE restored_at IS NULL")
        ).all()
        held = {
            batch: sum(row.batch == batch for row in self.model.rows.values())
            for batch in self.model.batches()
        }
        assert {row.id: row.row_count for row in open_batches} == held


def test_what_was_deleted_together_comes_back_together(shared_engine: Engine) -> None:
    machine = type("Machine", (Trash,), {"engine": shared_engine})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
