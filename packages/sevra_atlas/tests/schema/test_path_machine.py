"""The ledger against a model: whatever happens to salons and rules, every address keeps its promise."""

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

from sevra_atlas.domain.resolution import Found, Gone, LedgerRow, NotFound, Redirect, decide
from sevra_atlas.domain.slugs import encode_path, path_prefixes, slug_key_v1
from sevra_atlas.reads.resolve import LEDGER_SQL
from sevra_atlas.schema.access import APP, MAINTENANCE

PREFIX = "/atlas/salon/"
SLUGS = st.sampled_from(["a", "A", "b", "ب", "پ", "c c"])
PATHS = st.sampled_from([PREFIX + key for key in ("a", "b", "ب", "پ", "c-c")])


@dataclass
class Listing:
    """What the model knows of a salon."""

    slug: str
    is_active: bool = True
    batch: int | None = None


@dataclass
class Model:
    """Owners of paths, and rules; a path in neither is free."""

    salons: dict[int, Listing] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)

    def may_take(self, path: str, salon_id: int | None) -> bool:
        return path not in self.rules and self.owners.get(path, salon_id) == salon_id

    def live(self) -> list[int]:
        return [salon_id for salon_id, salon in self.salons.items() if salon.batch is None]


class Paths(RuleBasedStateMachine):
    """Creations, renames, swaps, transfers, deletions, restores, suspensions and rules in any order."""

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
        """Run a statement as a role, as a part that may fail; return its first value or the constraint."""
        self.connection.execute(
            text("SELECT set_config('role', :role, true), set_config('search_path', :path, true)"),
            {"role": role, "path": SEARCH_PATHS[role]},
        )
        try:
            with self.connection.begin_nested():
                result = self.connection.execute(text(sql), parameters)
                return result.scalar() if result.returns_rows else None
        except DBAPIError as error:
            return getattr(getattr(error.orig, "diag", None), "constraint_name", None) or error

    def pick(self, data: st.DataObject, ids: list[int]) -> int:
        return data.draw(st.sampled_from(sorted(ids)))

    @rule(slug=SLUGS)
    def create(self, slug: str) -> None:
        path = PREFIX + slug_key_v1(slug)
        made = self.act(APP, "INSERT INTO salons (name, slug) VALUES ('x', :slug) RETURNING id", slug=slug)
        if self.model.may_take(path, None):
            assert isinstance(made, int), made
            self.model.salons[made] = Listing(slug)
            self.model.owners[path] = made
        else:
            assert made in {"url_paths_pkey", "salons_slug_key_live_key"}

    @precondition(lambda self: self.model.live())
    @rule(data=st.data(), slug=SLUGS)
    def rename(self, data: st.DataObject, slug: str) -> None:
        salon_id = self.pick(data, self.model.live())
        path = PREFIX + slug_key_v1(slug)
        refusal = self.act(APP, "UPDATE salons SET slug = :slug WHERE id = :id", slug=slug, id=salon_id)
        if self.model.may_take(path, salon_id):
            assert refusal is None, refusal
            self.model.salons[salon_id].slug = slug
            self.model.owners[path] = salon_id
        else:
            assert refusal in {"url_paths_pkey", "salons_slug_key_live_key"}

    @precondition(lambda self: len(self.model.live()) > 1)
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        one, other = data.draw(st.permutations(sorted(self.model.live())))[:2]
        refusal = self.act(MAINTENANCE, "SELECT swap_slugs('SALON', :a, :b, 'x')::text", a=one, b=other)
        assert refusal == ""
        first, second = self.model.salons[one], self.model.salons[other]
        self.model.owners[PREFIX + slug_key_v1(first.slug)] = other
        self.model.owners[PREFIX + slug_key_v1(second.slug)] = one
        first.slug, second.slug = second.slug, first.slug

    @precondition(lambda self: self.model.owners)
    @rule(data=st.data())
    def transfer(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.model.owners)))
        taker = self.pick(data, list(self.model.salons))
        giver = self.model.owners[path]
        refusal = self.act(
            MAINTENANCE, "SELECT transfer_path(:path, 'SALON', :id, 'x')::text", path=path, id=taker
        )
        if path == PREFIX + slug_key_v1(self.model.salons[giver].slug):
            assert refusal == "transfer_path"
        else:
            assert refusal == ""
            self.model.owners[path] = taker

    @precondition(lambda self: self.model.live())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        salon_id = self.pick(data, self.model.live())
        assert self.act(APP, "DELETE FROM salons WHERE id = :id RETURNING id", id=salon_id) == salon_id
        batch = self.act(APP, "SELECT max(id) FROM deletion_batches WHERE root_id = :id", id=salon_id)
        assert isinstance(batch, int)
        self.model.salons[salon_id].batch = batch

    @precondition(lambda self: len(self.model.live()) < len(self.model.salons))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        salon_id = self.pick(data, list(set(self.model.salons) - set(self.model.live())))
        salon = self.model.salons[salon_id]
        assert self.act(MAINTENANCE, "SELECT restore_batch(:batch)", batch=salon.batch) == 1
        salon.batch = None

    @precondition(lambda self: self.model.live())
    @rule(data=st.data())
    def suspend_or_open(self, data: st.DataObject) -> None:
        salon = self.model.salons[salon_id := self.pick(data, self.model.live())]
        salon.is_active = not salon.is_active
        status = "ACTIVE" if salon.is_active else "SUSPENDED"
        sql = "UPDATE salons SET status = CAST(:status AS account_status) WHERE id = :id"
        assert self.act(APP, sql, status=status, id=salon_id) is None

    @rule(path=PATHS)
    def add_rule(self, path: str) -> None:
        sql = "INSERT INTO redirect_rules (from_path, to_static_path) VALUES (:path, '/atlas')"
        refusal = self.act(APP, sql, path=path.upper())
        if path in self.model.owners or path in self.model.rules:
            assert refusal == "url_paths_pkey"
        else:
            assert refusal is None, refusal
            self.model.rules.add(path)

    @precondition(lambda self: self.model.rules)
    @rule(data=st.data())
    def drop_rule(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.model.rules)))
        assert self.act(APP, "DELETE FROM redirect_rules WHERE from_path = :path", path=path) is None
        self.model.rules.remove(path)

    @invariant()
    def the_ledger_is_the_models(self) -> None:
        self.act(APP, "SELECT 1")
        rows = self.connection.execute(
            text("SELECT path, kind::text, entity_id FROM url_paths WHERE kind <> 'static'")
        ).all()
        current = {PREFIX + slug_key_v1(salon.slug) for salon in self.model.salons.values()}
        expected = {
            (path, "current" if path in current else "alias", owner)
            for path, owner in self.model.owners.items()
        } | {(path, "rule", None) for path in self.model.rules}
        assert {tuple(row) for row in rows} == expected

    @invariant()
    def the_journal_replays_to_the_ledger(self) -> None:
        assert self.act(MAINTENANCE, "SELECT count(*) FROM rebuild_url_paths()") == 0

    @invariant()
    def every_address_is_answered_in_one_hop(self) -> None:
        self.act(APP, "SELECT 1")
        for path in {*self.model.owners, *self.model.rules, PREFIX + "free"}:
            outcome = self.answer(path)
            owner = self.model.owners.get(path)
            if path in self.model.rules:
                assert outcome == Redirect("/atlas", 301)
            elif owner is None:
                assert outcome == NotFound()
            else:
                self.check_owned(path, self.model.salons[owner], owner, outcome)

    def check_owned(self, path: str, salon: Listing, owner: int, outcome: object) -> None:
        here = encode_path(PREFIX + salon.slug)
        if salon.batch is not None:
            assert outcome == Gone()
        elif not salon.is_active:
            assert outcome == NotFound()
        elif encode_path(path) == here:
            assert outcome == Found("SALON", owner, here)
        else:
            assert outcome == Redirect(here, 301)

    def answer(self, path: str) -> object:
        row = self.connection.exec_driver_sql(
            LEDGER_SQL, {"path": path, "prefixes": list(path_prefixes(path))}
        ).one_or_none()
        return decide(None if row is None else LedgerRow(**row._asdict()), encode_path(path))


def test_every_address_keeps_its_promise_whatever_happens(shared_engine: Engine) -> None:
    machine = type("Machine", (Paths,), {"engine": shared_engine})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
