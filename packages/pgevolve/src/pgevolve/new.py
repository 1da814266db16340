"""`new`: what the models say beyond the history becomes migrations, proved on a scratch server first."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from pgevolve.backfill import run_backfill
from pgevolve.build import build, create_missing_roles, declared_roles, equip_owner, reference_rows
from pgevolve.catalog import Catalog, read_catalog, reference_tables
from pgevolve.catalog.model import Ident
from pgevolve.connect import connect, make_predictable, sqlalchemy_connection
from pgevolve.diff import Change, diff
from pgevolve.digest import digest
from pgevolve.errors import UsageError
from pgevolve.history import Migration, Phase, read_history, write_migration
from pgevolve.kept import Templates, kept_server
from pgevolve.kept.fingerprint import fingerprint
from pgevolve.plan import Intent, PlannedMigration, intent_of, plan
from pgevolve.plan.answers import Answer, Ask, renames_in, with_answers
from pgevolve.plan.questions import questions
from pgevolve.plan.renames import Rename, Renaming, of_what_stands_on_them, renames_of, renaming
from pgevolve.project import Project
from pgevolve.refusals import DeclaredObjectError, ReferenceRowsOutsideError, refusals_of_models, shortened
from pgevolve.replayed import kept_history, make_roles, replay_into
from pgevolve.roles import roles_named
from pgevolve.run import NoJournal, StepError, one_line, run_steps
from pgevolve.scratch import scratch_database, scratch_server
from pgevolve.sqltext import parse_steps
from pgevolve.step import Step

# A body that the parser keeps as a tree (prosqlbody) was looked at when it was made.
_DEFINITIONS = """
SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p') AND p.prosqlbody IS NULL AND l.lanname IN ('sql', 'plpgsql')
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
"""


class PlanFailedError(UsageError):
    """A statement of the plan does not run on the scratch server; nothing was written."""

    hint = "hand in statements of your own with `new NAME --sql FILE`, and report the models that led here"

    def __init__(self, statement: str, message: str) -> None:
        super().__init__(statement, message)
        self.statement, self.message = statement, message

    def __str__(self) -> str:
        return f"the plan does not run: {self.message}, in {shortened(self.statement)!r}"


class PlanNotProvedError(UsageError):
    """The plan runs and leads elsewhere than to the models; nothing was written."""

    hint = "hand in statements of your own with `new NAME --sql FILE`, and report the models that led here"

    def __init__(self, differences: tuple[Change, ...]) -> None:
        super().__init__(differences)
        self.differences = differences

    def __str__(self) -> str:
        return f"the plan does not lead to the models: {'; '.join(map(str, self.differences))}"


class GivenStatementError(UsageError):
    """A statement that somebody handed in does not run on the scratch server; nothing was written."""

    hint = "correct it; above one that must run outside a transaction put `-- pgevolve: transaction=off`"

    def __init__(self, statement: str, message: str) -> None:
        super().__init__(statement, message)
        self.statement, self.message = statement, message

    def __str__(self) -> str:
        return f"the statement does not run: {self.message}, in {shortened(self.statement)!r}"


class NoStatementsError(UsageError):
    """A text that somebody handed in holds no statement."""

    hint = "write the statements of the migration into the file"

    def __str__(self) -> str:
        return "there is no statement to make a migration of"


@dataclass(frozen=True, slots=True)
class NewMigration:
    """What `new` found and wrote: an expand migration, a contract migration, or both in this order.

    Of a migration made from given statements `changes` is what the models still say beyond it.
    """

    migrations: tuple[Migration, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Proved:
    """A planned migration and the digest of the schema to which it was seen to lead."""

    planned: PlannedMigration
    digest: str


def new_migration(
    project: Project, name: str, *, now: datetime | None = None, ask: Ask | None = None
) -> NewMigration | None:
    """Write what turns the replayed history into the models; None when nothing differs.

    `ask` answers what was a rename where the models do not say it; without it such a change is refused.

    Everything runs on a throw-away database of `project.scratch_url`, or of an embedded server. The plan is
    executed there, must leave no difference, and its way back is tried too, before a file is written.
    Raises UnplannableChangeError, PlanFailedError, PlanNotProvedError, and what history and scratch raise.
    """
    with _scratch(project) as scratch:
        target, current = scratch.target(), scratch.current()
        found = _intended(scratch, current, target, ask)
        if found is None:
            return None
        intent, changes, renamed = found
        proved = scratch.prove(plan(changes, renamed, target, intent), current, target)
    moment = now or datetime.now(UTC)
    written = [_write(project, name, moment, entry, intent) for entry in proved]
    return NewMigration(tuple(written), changes)


def _intended(
    scratch: "_Scratch", current: Catalog, target: Catalog, ask: Ask | None
) -> tuple[Intent, tuple[Change, ...], Catalog] | None:
    """Return what is said and answered, what differs, and the catalogue from which it does; None: nothing.

    In that catalogue everything that is renamed has its new name.
    """
    answers: list[Answer] = []
    while True:
        renames = renames_of(scratch.project.metadata, current, target, renames_in(answers))
        renamings, renamed = scratch.renamed(renames, target) if renames else ((), current)
        changes = diff(renamed, target)
        if not changes and not renames:
            return None
        intent = intent_of(scratch.project.metadata, renamed, renames, renamings, target)
        intent = with_answers(intent, answers)
        question = next(questions(renamed, target, intent), None) if ask is not None else None
        if ask is None or question is None:
            return intent, changes, renamed
        answers.append(Answer(question, ask(question)))


def given_migration(
    project: Project, name: str, sql: str, *, phase: Phase = "expand", now: datetime | None = None
) -> NewMigration:
    """Write a migration of given statements, for a change that no safe plan is known for.

    They run after the history on a throw-away database first. What they leave to do for the models is
    returned, not refused: the next `new` plans it. Raises GivenStatementError, NoStatementsError, a
    SqlTextError, and what history and scratch raise.
    """
    steps = parse_steps(sql, "the given SQL")
    if not steps:
        raise NoStatementsError
    with _scratch(project) as scratch:
        target, _ = scratch.target(), scratch.current()
        try:
            reached = scratch.after(steps)
        except PlanFailedError as failure:
            raise GivenStatementError(failure.statement, failure.message) from failure.__cause__
        left = diff(reached, target)
    moment = now or datetime.now(UTC)
    written = write_migration(
        project.migrations, name, moment, phase, steps, None, "written by hand", digest(reached)
    )
    return NewMigration((written,), left)


def migration_to(
    project: Project, name: str, wanted: Catalog, *, now: datetime | None = None
) -> NewMigration:
    """Write the first migration of a history: from nothing to a catalogue that was read elsewhere.

    It is proved like every plan. What the models say beyond it is returned, not refused: the next `new`
    plans it. Raises UnplannableChangeError, PlanFailedError, PlanNotProvedError, and what history and scratch
    raise.
    """
    with _scratch(project) as scratch:
        target, empty = scratch.target(), scratch.current()
        planned = plan(diff(empty, wanted), empty, wanted)
        scratch.make_roles(planned)
        proved = scratch.prove(planned, empty, wanted) if planned else ()
        left = diff(wanted, target)
    moment = now or datetime.now(UTC)
    written = [_write(project, name, moment, entry, Intent()) for entry in proved]
    return NewMigration(tuple(written), left)


def differences_from_history(project: Project) -> tuple[Change, ...]:
    """Return what the models say beyond the replayed history; empty when both are the same.

    The changes read as sentences: a test that asserts on them shows what was forgotten.
    """
    with _scratch(project) as scratch:
        target = scratch.target()
        return diff(scratch.current(), target)


def _write(project: Project, name: str, now: datetime, proved: _Proved, intent: Intent) -> Migration:
    planned = proved.planned
    return write_migration(
        project.migrations,
        f"{name}{planned.ending}",
        now,
        planned.phase,
        planned.up,
        planned.down,
        planned.irreversible,
        proved.digest,
        intent.as_toml(),
        backfill_sql=planned.backfill,
    )


@contextmanager
def _scratch(project: Project) -> Iterator["_Scratch"]:
    """Yield a throw-away database: on the project's scratch server, on the kept one, or on one of its own."""
    with ExitStack() as stack:
        kept = stack.enter_context(kept_server()) if project.scratch_url is None else None
        if kept is not None:
            yield _KeptScratch(project, stack, kept.url())
            return
        server = project.scratch_url or stack.enter_context(scratch_server()).url()
        url = stack.enter_context(scratch_database(server))
        yield _Scratch(project, url, stack.enter_context(sqlalchemy_connection(url, purpose="new")))


class _Scratch:
    """One throw-away database: first the models, undone again, then the history and the plan."""

    def __init__(self, project: Project, url: str, connection: Connection) -> None:
        self.project, self.url, self.connection = project, url, connection
        self.tables = reference_tables(project.metadata)
        create_missing_roles(connection, declared_roles(project.metadata, project.owner))
        if project.owner is not None:
            equip_owner(connection, project.owner)
        connection.commit()

    def target(self) -> Catalog:
        """Return the catalogue of the models, built in a transaction that is undone."""
        return self.built(keep=False)

    def built(self, *, keep: bool) -> Catalog:
        """Return the catalogue of the models, and leave what was built or undo it."""
        build(self.connection, self.project.metadata, self.project.owner)
        self._refuse_unsound_bodies()
        with refusals_of_models():
            # Deferred checks of the reference rows speak now, or nobody hears them.
            self.connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            if keep:
                self.connection.commit()
            target = self._read()
        self._refuse_rows_outside(target)
        return target

    def _refuse_unsound_bodies(self) -> None:
        """Have the server look at the functions again, now that everything is there that they may name."""
        definitions = self.connection.scalars(text(_DEFINITIONS)).all()
        for definition in definitions:
            try:
                with self.connection.begin_nested():
                    self.connection.exec_driver_sql(definition, execution_options={"no_parameters": True})
            except DBAPIError as error:
                raise DeclaredObjectError(definition, str(error.orig).splitlines()[0]) from error

    def _refuse_rows_outside(self, target: Catalog) -> None:
        """Refuse declared rows that no comparison would see."""
        for table, entry in reference_rows(self.project.metadata).items():
            read = target.rows.get(Ident("rows", table.schema or "public", table.name))
            found = len(read.rows) if read else 0
            if found != len(entry.rows):
                raise ReferenceRowsOutsideError(entry.table, len(entry.rows), found)

    def current(self) -> Catalog:
        """Return the catalogue of the history, replayed."""
        history = read_history(self.project.migrations)
        make_roles(self.project, self.url, history.migrations)
        replay_into(self.project, self.url, history.migrations)
        return self._read()

    def make_roles(self, planned: Sequence[PlannedMigration]) -> None:
        """Make the roles that planned statements name."""
        for migration in planned:
            for step in migration.up:
                create_missing_roles(self.connection, roles_named(step.sql))
        self.connection.commit()

    def renamed(self, renames: Sequence[Rename], target: Catalog) -> tuple[tuple[Renaming, ...], Catalog]:
        """Return the statements that rename objects and what is named after them, and where they lead.

        They run in a transaction that is undone.
        """
        said = tuple(renaming(rename) for rename in renames)
        others = of_what_stands_on_them(renames, self._after_renaming(said), target)
        return (*said, *others), self._after_renaming((*said, *others))

    def _after_renaming(self, renamings: Sequence[Renaming]) -> Catalog:
        for entry in renamings:
            self.connection.exec_driver_sql(entry.there, execution_options={"no_parameters": True})
        return self._read()

    def prove(
        self, planned: Sequence[PlannedMigration], current: Catalog, target: Catalog
    ) -> tuple[_Proved, ...]:
        """Run the plan, compare, and try the way back.

        Raises PlanFailedError or PlanNotProvedError.
        """
        reached = [self.after(migration.up, migration.backfill) for migration in planned]
        left = diff(reached[-1], target)
        digests = [digest(catalog) for catalog in reached]
        if left or digests[-1] != digest(target):
            raise PlanNotProvedError(left)
        proved = [_Proved(migration, found) for migration, found in zip(planned, digests, strict=True)]
        return tuple(self._with_proved_ways_back(proved, [current, *reached[:-1]]))

    def after(self, steps: tuple[Step, ...], backfill_sql: str | None = None) -> Catalog:
        """Run statements and return the catalogue to which they lead. Raises PlanFailedError."""
        self._run(steps)
        if backfill_sql is not None:
            self._fill(backfill_sql)
        return self._read()

    def _with_proved_ways_back(self, proved: list[_Proved], before: list[Catalog]) -> list[_Proved]:
        """Return the migrations, without the ways back that do not lead back; tried from the last one on."""
        result = list(proved)
        for place in reversed(range(len(proved))):
            migration = proved[place].planned
            if migration.down is None:
                break
            reason = self._way_back_fails(migration.down, before[place])
            if reason is not None:
                without = replace(migration, down=None, irreversible=reason)
                result[place] = replace(proved[place], planned=without)
                break
        return result

    def _way_back_fails(self, down: tuple[Step, ...], wanted: Catalog) -> str | None:
        try:
            self._run(down)
        except PlanFailedError as error:
            return f"no way back is known: {error}"
        left = diff(self._read(), wanted)
        return f"the way back would leave: {'; '.join(map(str, left))}" if left else None

    def _run(self, steps: tuple[Step, ...]) -> None:
        with connect(self.url, purpose="new") as connection:
            make_predictable(connection)
            try:
                run_steps(connection, steps, owner=self.project.owner, journal=NoJournal())
            except StepError as failure:
                raise PlanFailedError(failure.step.sql, one_line(failure.error)) from failure.error

    def _fill(self, backfill_sql: str) -> None:
        with connect(self.url, purpose="new") as connection:
            make_predictable(connection)
            try:
                run_backfill(connection, backfill_sql, owner=self.project.owner)
            except psycopg.Error as error:
                raise PlanFailedError(backfill_sql, one_line(error)) from error

    def _read(self) -> Catalog:
        """Read the database, and end the transaction without keeping what it did."""
        return self._read_from(self.connection)

    def _read_from(self, connection: Connection) -> Catalog:
        catalog = read_catalog(
            connection,
            ignore_schemas=self.project.ignore_schemas,
            ignore_partitions=self.project.ignore_partitions,
            ignore_tables=self.project.ignore_tables,
            reference_tables=self.tables,
            owner=self.project.owner,
        )
        connection.rollback()
        return catalog


class _KeptScratch(_Scratch):
    """A throw-away copy of the replayed history, which is kept like the models' database beside it."""

    def __init__(self, project: Project, stack: ExitStack, server: str) -> None:
        self.project, self._stack, self._server = project, stack, server
        self.tables = reference_tables(project.metadata)
        self._templates = stack.enter_context(Templates(server))

    def target(self) -> Catalog:
        """Return the catalogue of the models, from the database that was built of the same ones."""
        facts = fingerprint(self.project.metadata, self.project.owner)
        if facts is None:
            with scratch_database(self._server) as url, sqlalchemy_connection(url, purpose="new") as own:
                return _Scratch(self.project, url, own).target()
        name = self._templates.get("models", facts, self._build)
        with sqlalchemy_connection(self._templates.url(name), purpose="new") as connection:
            return self._read_from(connection)

    def current(self) -> Catalog:
        """Return the catalogue of the history, replayed or copied."""
        history = read_history(self.project.migrations).migrations
        name = kept_history(self._templates, self.project, history)
        self.url = self._stack.enter_context(scratch_database(self._server, name))
        make_roles(self.project, self.url, history)
        self.connection = self._stack.enter_context(sqlalchemy_connection(self.url, purpose="new"))
        return self._read()

    def _build(self, url: str) -> None:
        with sqlalchemy_connection(url, purpose="new") as connection:
            _Scratch(self.project, url, connection).built(keep=True)
