"""Everything that can happen to addresses, in any order, beside a model of them."""

from collections.abc import Callable

from databases import acting_as
from factories import make_city, make_post, make_salon
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from ledger_checks import AWAY, CheckedLedger
from ledger_model import Answer, Ref, Rule, Thing
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sevra_atlas.domain import trash
from sevra_atlas.domain.addresses import moving
from sevra_atlas.domain.addresses.errors import (
    CurrentPathError,
    NoPageError,
    PathInUseError,
    TargetNotAllowedError,
)
from sevra_atlas.domain.addresses.importing import planned_import
from sevra_atlas.domain.addresses.importing.exporting import export_rules
from sevra_atlas.domain.addresses.importing.plan import PlannedRule
from sevra_atlas.domain.addresses.importing.writing import write_import
from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.domain.addresses.renaming import rename, row_of
from sevra_atlas.domain.addresses.rules import (
    ENDINGS,
    RuleDraft,
    RuleEdit,
    add_rule,
    edit_rule,
    remove_rule,
)
from sevra_atlas.domain.addresses.targets import Hosts
from sevra_atlas.domain.errors import DomainError, SlugTakenError, sqlstate
from sevra_atlas.schema import Post, Salon
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import EntityType, RedirectType

HOSTS = Hosts(allowed=frozenset({"example.com"}), own=frozenset({"sevra.test"}))
MODELS = {"SALON": Salon, "BLOG_POST": Post}
TABLES = {"SALON": "salons", "BLOG_POST": "posts"}
UNIQUE_VIOLATION = "23505"

SLUGS = st.sampled_from(["a", "A", "b", "ب", "پ", "c-c"])
KINDS = st.sampled_from(["SALON", "BLOG_POST"])
EXACT = st.sampled_from(["/atlas/salon/a", "/atlas/salon/پ", "/blog/post/b", "/old", "/old/a", "/older"])
BELOW = st.sampled_from(["/old/*", "/old/x/*", "/shop/*", "/atlas/salon/*", "/atlas/*"])
OUTPUTS = st.sampled_from(["/atlas/salon/*", "/blog/post/*", "/shop/*", "/old/*", "/new/*"])
LEADING = st.sampled_from([type_ for type_ in RedirectType if type_ not in ENDINGS])
ENDING = st.sampled_from(sorted(ENDINGS))


def target_of(planned: PlannedRule) -> Ref | str | None:
    match planned.target:
        case EntityRef() as named:
            return Ref(named.kind.value, named.id)
        case None:
            return None
        case target:
            return str(target)


def entity(ref: Ref) -> EntityRef:
    return EntityRef(EntityType(ref.kind), ref.id)


class Addresses(CheckedLedger):
    """Salons and posts, their paths, and rules."""

    @initialize()
    def begin(self) -> None:
        self.city = make_city(self.session, is_landing_enabled=False, slug="ray").id
        for kind, slugs in (("SALON", ("a", "d", "پ")), ("BLOG_POST", ("b", "d"))):
            for slug in slugs:
                self.create(kind, slug, is_open=True)

    @rule(kind=KINDS, slug=SLUGS, is_open=st.booleans())
    def create(self, kind: str, slug: str, *, is_open: bool) -> None:
        path = self.model.path_of(Ref(kind, 0), slug)
        before = self.ledger()
        try:
            with self.session.begin_nested():
                if kind == "SALON":
                    status = "ACTIVE" if is_open else "SUSPENDED"
                    made = make_salon(self.session, slug=slug, status=status).id
                else:
                    status = "published" if is_open else "draft"
                    made = make_post(self.session, slug=slug, status=status).id
        except IntegrityError as error:
            if sqlstate(error) != UNIQUE_VIOLATION:
                raise
            assert not self.model.may_take(path, None)
            assert self.ledger() == before
            return
        assert self.model.may_take(path, None)
        ref = Ref(kind, made)
        self.model.things[ref] = Thing(slug, "public" if is_open else "hidden", was_public=is_open)
        self.model.take(ref, slug)

    @precondition(lambda self: self.model.live())
    @rule(data=st.data())
    def publish_or_unpublish(self, data: st.DataObject) -> None:
        ref = self.pick(data, self.model.live())
        thing = self.model.things[ref]
        row = row_of(self.session, entity(ref))
        if ref.kind == "SALON":
            status, state = ("SUSPENDED", "hidden") if thing.is_visible else ("ACTIVE", "public")
        else:
            follows = {"hidden": "published", "public": "archived", "retired": "draft"}
            status = follows[thing.state]
            state = {"published": "public", "archived": "retired", "draft": "hidden"}[status]
        row.status = status  # type: ignore[union-attr]
        self.session.flush()
        thing.state = state
        thing.was_public |= state == "public"

    @precondition(lambda self: self.model.live())
    @rule(data=st.data(), slug=SLUGS)
    def rename(self, data: st.DataObject, slug: str) -> None:
        self.renamed(self.pick(data, self.model.live()), slug)

    @precondition(lambda self: any(self.model.things[ref].former for ref in self.model.live()))
    @rule(data=st.data())
    def rename_back(self, data: st.DataObject) -> None:
        ref = self.pick(data, [ref for ref in self.model.live() if self.model.things[ref].former])
        self.renamed(ref, data.draw(st.sampled_from(self.model.things[ref].former)))

    def renamed(self, ref: Ref, slug: str) -> None:
        if self.model.may_take(self.model.path_of(ref, slug), ref):
            rename(self.session, row_of(self.session, entity(ref)), slug=slug)
            self.model.take(ref, slug)
        else:
            self.refused(
                SlugTakenError, lambda: rename(self.session, row_of(self.session, entity(ref)), slug=slug)
            )

    @precondition(lambda self: any(len(self.model.live(kind)) > 1 for kind in MODELS))
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from([kind for kind in MODELS if len(self.model.live(kind)) > 1]))
        one, other = data.draw(st.permutations(self.model.live(kind)))[:2]
        aliases = {path: ref for path, ref in self.model.owners.items() if self.model.path_of(ref) != path}
        with acting_as(self.session, MAINTENANCE):
            moving.swap(self.session, entity(one), entity(other))
        self.model.swap(one, other)
        self.known.clear()
        for ref in (one, other):
            if self.model.things[ref].is_visible:
                assert self.ask(self.model.here(ref)) == Answer(200)
        assert {path: self.model.owners[path] for path in aliases} == aliases
        self.looked_at[6] += 1

    @precondition(lambda self: self.model.live("SALON"))
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        row = row_of(self.session, entity(self.pick(data, self.model.live("SALON"))))
        row.city_id = None if row.city_id else self.city  # type: ignore[union-attr]
        self.session.flush()

    @precondition(lambda self: self.model.live())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.deleted(self.pick(data, self.model.live()))

    @precondition(lambda self: self.model.of(None, "deleted"))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        self.restored(self.pick(data, self.model.of(None, "deleted")))

    @precondition(lambda self: self.model.live())
    @rule(data=st.data())
    def delete_and_restore(self, data: st.DataObject) -> None:
        ref = self.pick(data, self.model.live())
        before = self.answers()
        self.deleted(ref)
        self.restored(ref)
        assert self.answers() == before
        self.looked_at[7] += 1

    def deleted(self, ref: Ref) -> None:
        thing = self.model.things[ref]
        thing.batch = trash.delete(self.session, MODELS[ref.kind], ref.id).batch
        thing.hidden_as, thing.state = thing.state, "deleted"

    def restored(self, ref: Ref) -> None:
        thing = self.model.things[ref]
        assert thing.batch is not None
        with acting_as(self.session, MAINTENANCE):
            assert trash.restore(self.session, thing.batch) == 1
        thing.state, thing.batch = thing.hidden_as, None

    @precondition(lambda self: self.model.of(None, "deleted"))
    @rule(data=st.data())
    def archive(self, data: st.DataObject) -> None:
        ref = self.pick(data, self.model.of(None, "deleted"))
        batch = self.model.things[ref].batch
        self.maintain("UPDATE deletion_batches SET archived_at = now() WHERE id = :batch", batch=batch)
        self.maintain("SELECT * FROM move_to_archive(:table, :batch)", table=TABLES[ref.kind], batch=batch)
        self.model.things[ref].state = "archived"

    @precondition(lambda self: self.model.of(None, "archived"))
    @rule(data=st.data())
    def purge(self, data: st.DataObject) -> None:
        ref = self.pick(data, self.model.of(None, "archived"))
        whose = "WHERE entity_type = CAST(:kind AS entity_type) AND entity_id = :id"
        self.maintain(f"UPDATE entities SET state = 'purged' {whose}", kind=ref.kind, id=ref.id)
        self.maintain(f"UPDATE url_paths SET kind = 'gone' {whose}", kind=ref.kind, id=ref.id)
        self.model.things[ref].state = "purged"

    @precondition(lambda self: self.model.owners)
    @rule(data=st.data())
    def transfer(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.model.owners)))
        taker = self.pick(data, self.model.of())
        kind, _ = self.model.kinds_of_rows()[path]
        with acting_as(self.session, MAINTENANCE):
            if kind != "alias":
                self.refused(CurrentPathError, lambda: moving.transfer(self.session, path, entity(taker)))
            elif self.model.things[taker].state == "purged":
                self.refused(NoPageError, lambda: moving.transfer(self.session, path, entity(taker)))
            else:
                moving.transfer(self.session, path, entity(taker))
                self.model.owners[path] = taker

    @precondition(lambda self: self.model.of(None, "purged"))
    @rule(data=st.data())
    def reclaim(self, data: st.DataObject) -> None:
        gone = [path for path, (kind, _) in self.model.kinds_of_rows().items() if kind == "gone"]
        if not gone:
            return
        path = data.draw(st.sampled_from(sorted(gone)))
        with acting_as(self.session, MAINTENANCE):
            moving.reclaim(self.session, path)
        del self.model.owners[path]

    @precondition(lambda self: len(self.model.of()) > 1)
    @rule(data=st.data())
    def set_successor(self, data: st.DataObject) -> None:
        whose, heir = data.draw(st.permutations(self.model.of()))[:2]
        with acting_as(self.session, MAINTENANCE):
            if self.model.things[heir].state == "purged":
                self.refused(
                    NoPageError, lambda: moving.set_successor(self.session, entity(whose), entity(heir))
                )
            else:
                moving.set_successor(self.session, entity(whose), entity(heir))
                self.model.things[whose].successor = heir

    @rule(data=st.data(), source=EXACT, type_=LEADING)
    def add_exact_rule(self, data: st.DataObject, source: str, type_: RedirectType) -> None:
        written, target = self.draw_target(data)
        draft = RuleDraft(source, written, type_)
        if source in self.model.owners or source in self.model.rules:
            self.refused(PathInUseError, lambda: add_rule(self.session, draft, hosts=HOSTS))
        else:
            add_rule(self.session, draft, hosts=HOSTS)
            self.model.rules[source] = Rule(type_.value, target)

    @rule(source=EXACT, type_=ENDING)
    def add_ending_rule(self, source: str, type_: RedirectType) -> None:
        draft = RuleDraft(source, None, type_)
        if source in self.model.owners or source in self.model.rules:
            self.refused(PathInUseError, lambda: add_rule(self.session, draft, hosts=HOSTS))
        else:
            add_rule(self.session, draft, hosts=HOSTS)
            self.model.rules[source] = Rule(type_.value, None)

    @rule(data=st.data(), source=BELOW, type_=LEADING, output=st.none() | OUTPUTS)
    def add_prefix_rule(
        self, data: st.DataObject, source: str, type_: RedirectType, output: str | None
    ) -> None:
        written, target = (output, output) if output is not None else self.draw_target(data)
        draft = RuleDraft(source, written, type_)
        meets = self.model.meets(source, target if isinstance(target, str) else "")
        if source in self.model.rules or meets:
            self.refused(
                (PathInUseError, TargetNotAllowedError), lambda: add_rule(self.session, draft, hosts=HOSTS)
            )
        else:
            add_rule(self.session, draft, hosts=HOSTS)
            self.model.rules[source] = Rule(type_.value, target)

    @precondition(lambda self: self.model.rules)
    @rule(data=st.data())
    def edit_rule(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(sorted(self.model.rules)))
        written, target = self.draw_target(data)
        edit_rule(
            self.session,
            self.id_of(source),
            RuleEdit(target=written, type=RedirectType.TEMPORARY_302),
            hosts=HOSTS,
        )
        rule_ = self.model.rules[source]
        rule_.type, rule_.target = "TEMPORARY_302", target

    @precondition(lambda self: self.model.rules)
    @rule(data=st.data())
    def disable_or_enable_rule(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(sorted(self.model.rules)))
        rule_ = self.model.rules[source]
        rule_.is_active = not rule_.is_active
        edit_rule(self.session, self.id_of(source), RuleEdit(is_active=rule_.is_active), hosts=HOSTS)

    @precondition(lambda self: self.model.rules)
    @rule(data=st.data())
    def remove_rule(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(sorted(self.model.rules)))
        remove_rule(self.session, self.id_of(source))
        del self.model.rules[source]

    @rule(data=st.data(), sources=st.lists(EXACT | BELOW, min_size=1, max_size=3), type_=LEADING)
    def import_(self, data: st.DataObject, sources: list[str], type_: RedirectType) -> None:
        targets = [
            data.draw(EXACT) if data.draw(st.booleans()) else self.draw_target(data)[0] for _ in sources
        ]
        lines = [f"{source},{target},{type_.value}" for source, target in zip(sources, targets, strict=True)]
        plan = planned_import(self.session, "\n".join(["from,to,type", *lines]).encode(), HOSTS)
        if plan.problems:
            return
        write_import(self.session, plan)
        for planned in (*plan.added, *plan.changed):
            self.model.rules[str(planned.source)] = Rule(planned.type.value, target_of(planned))

    @rule()
    def export_and_import(self) -> None:
        exported = export_rules(self.session)
        plan = planned_import(self.session, exported.encode(), HOSTS)
        assert (plan.problems, plan.added, plan.changed) == ((), (), ())
        assert plan.unchanged == len(self.model.rules)
        self.looked_at[14] += 1

    def pick(self, data: st.DataObject, refs: list[Ref]) -> Ref:
        return data.draw(st.sampled_from(refs))

    def draw_target(self, data: st.DataObject) -> tuple[str, Ref | str]:
        """Return a target that a rule may have: as it is written, and as the model keeps it."""
        living = [ref for ref in self.model.of() if self.model.things[ref].state != "purged"]
        owned = sorted(path for path, ref in self.model.owners.items() if ref in living)
        written = data.draw(st.sampled_from([*owned, *living, "/atlas", "/", AWAY]))
        if isinstance(written, Ref):
            return str(entity(written)), written
        return written, self.model.owners.get(written, written)

    def refused(
        self, kinds: type[DomainError] | tuple[type[DomainError], ...], act: Callable[[], object]
    ) -> None:
        try:
            act()
        except kinds:
            return
        raise AssertionError(f"{kinds} was not raised")

    def maintain(self, sql: str, **parameters: object) -> None:
        with acting_as(self.session, MAINTENANCE):
            self.session.execute(text(sql), parameters)
        self.session.expire_all()

    def id_of(self, source: str) -> int:
        found = self.rows(
            "SELECT id FROM redirect_rules WHERE coalesce(from_path, from_prefix || '*') = :source",
            source=source,
        )
        return found[0].id
