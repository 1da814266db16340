"""A history that Alembic itself made: taken over when it is clean; every other state is named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config

from pgevolve.adopt import (
    ForeignHistoryError,
    ForeignTableComparedError,
    ForeignTableMissingError,
    NoForeignFilesError,
    NotAtHeadError,
    RevisionCircleError,
    RevisionMissingError,
    RevisionTwiceError,
    RevisionUnreadableError,
    SeveralHeadsError,
    SeveralProblemsError,
    adopt_alembic,
    first_migration,
)
from pgevolve.connect import connect
from pgevolve.deploy import deploy
from pgevolve.ledger import events
from pgevolve.new import given_migration
from pgevolve.verify import verify

from .conftest import Notebook, OldDatabase

_ENV = """
from alembic import context
context.configure(connection=context.config.attributes["connection"], **context.config.attributes["options"])
with context.begin_transaction():
    context.run_migrations()
"""


class AlembicProject:
    """A folder of revisions and its database; every act is Alembic's own."""

    def __init__(self, url: str, folder: Path, **options: str) -> None:
        self.folder, self.options = folder, options
        self.engine = sqlalchemy.create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=sqlalchemy.NullPool
        )
        self.config = Config()
        self.config.set_main_option("script_location", str(folder))
        self.config.set_main_option("path_separator", "os")
        self.config.stdout = (folder.parent / "alembic.out").open("a")
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(_ENV)
        (folder / "script.py.mako").write_text(_template())

    def revision(
        self, revision: str, sql: str = "SELECT 1", *, head: str = "head", depends_on: str = ""
    ) -> Path:
        """Have a revision written, with one statement."""
        command.revision(
            self.config,
            f"do {revision}",
            rev_id=revision,
            head=head,
            splice=head != "head",
            depends_on=depends_on or None,
        )
        (path,) = (self.folder / "versions").glob(f"{revision}_*.py")
        path.write_text(path.read_text().replace("pass", f"op.execute({sql!r})", 1))
        return path

    def merge(self, revision: str, *heads: str) -> None:
        """Have two heads joined."""
        command.merge(self.config, heads, message="join", rev_id=revision)

    def upgrade(self, target: str = "head") -> None:
        """Apply revisions."""
        with self.engine.begin() as connection:
            self.config.attributes["connection"] = connection
            self.config.attributes["options"] = self.options
            command.upgrade(self.config, target)

    def close(self) -> None:
        """Let go of the file that Alembic prints to."""
        self.config.stdout.close()


def _template() -> str:
    import alembic

    assert alembic.__file__ is not None
    return (Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako").read_text()


@pytest.fixture
def alembic_project(old: OldDatabase, tmp_path: Path) -> Iterator[AlembicProject]:
    """Return a history of two applied revisions; the project leaves Alembic's table out."""
    old.project = replace(old.project, ignore_tables=frozenset({"public.alembic_version"}))
    made = AlembicProject(old.url, tmp_path / "alembic")
    made.revision("aaa111", "CREATE TABLE accounts (id bigint PRIMARY KEY)")
    made.revision("bbb222", "ALTER TABLE accounts ADD name text")
    made.upgrade()
    yield made
    made.close()


def _refused(old: OldDatabase, alembic: AlembicProject, kind: type[ForeignHistoryError]) -> str:
    """Expect a refusal that leaves no ledger, and return its sentence."""
    first_migration(old.project, old.url, "initial")
    with pytest.raises(kind) as refused:
        adopt_alembic(old.project, old.url, alembic.folder)
    assert refused.value.hint
    assert old.query("SELECT to_regnamespace('pgevolve')") == [(None,)]
    return str(refused.value)


def test_a_clean_history_is_taken_over_and_its_table_stays(
    old: OldDatabase, alembic_project: AlembicProject
) -> None:
    (first,) = first_migration(old.project, old.url, "initial").migrations

    done = adopt_alembic(old.project, old.url, alembic_project.folder)

    assert [entry.name for entry in done.foreign.migrations] == ["aaa111", "bbb222"]
    assert done.baseline.migrations == (first.name,)
    assert "alembic_version" not in first.up_sql
    with connect(old.url, purpose="test") as connection:
        (one, two) = events(connection, "alembic.adopted")
    assert (one.detail["migration"], one.detail["follows"]) == ("aaa111", [])
    assert (two.detail["follows"], two.detail["title"]) == (["aaa111"], "do bbb222")
    assert old.query("SELECT version_num FROM alembic_version") == [("bbb222",)]
    assert verify(old.project, old.url).migration == first.name


def test_what_comes_after_the_adoption_is_deployed(old: OldDatabase, alembic_project: AlembicProject) -> None:
    first_migration(old.project, old.url, "initial")
    adopt_alembic(old.project, old.url, alembic_project.folder / "versions")
    (second,) = given_migration(old.project, "more", "ALTER TABLE public.accounts ADD more int").migrations

    assert [entry.name for entry in deploy(old.project, old.url).migrations] == [second.name]


def test_no_file_of_the_history_is_run(old: OldDatabase, alembic_project: AlembicProject) -> None:
    ran = old.project.migrations.parent / "ran"
    for path in (alembic_project.folder / "versions").glob("*.py"):
        path.write_text(path.read_text() + f"\nopen({str(ran)!r}, 'w')\nimport no_such_module\n")
    first_migration(old.project, old.url, "initial")

    adopt_alembic(old.project, old.url, alembic_project.folder)

    assert not ran.exists()


def test_branches_that_were_merged_are_one_history(old: OldDatabase, alembic_project: AlembicProject) -> None:
    alembic_project.revision("ccc333", head="bbb222")
    alembic_project.revision("ddd444", head="bbb222")
    alembic_project.merge("eee555", "ccc333", "ddd444")
    alembic_project.upgrade()
    first_migration(old.project, old.url, "initial")

    done = adopt_alembic(old.project, old.url, alembic_project.folder)

    order = [entry.name for entry in done.foreign.migrations]
    assert order[:2] + order[-1:] == ["aaa111", "bbb222", "eee555"]
    assert sorted(order[2:4]) == ["ccc333", "ddd444"]
    assert sorted(done.foreign.migrations[-1].facts["follows"]) == ["ccc333", "ddd444"]


def test_a_table_of_another_name_in_another_schema_is_found(old: OldDatabase, tmp_path: Path) -> None:
    old.run("CREATE SCHEMA tools")
    made = AlembicProject(
        old.url, tmp_path / "alembic", version_table="revisions", version_table_schema="tools"
    )
    made.revision("aaa111", "CREATE TABLE accounts (id bigint PRIMARY KEY)")
    made.upgrade()
    made.close()
    project = replace(old.project, ignore_tables=frozenset({"tools.revisions"}))
    first_migration(project, old.url, "initial")

    done = adopt_alembic(project, old.url, made.folder, schema="tools", table="revisions")

    assert str(done.foreign.table) == "tools.revisions"


def test_two_heads_are_refused(old: OldDatabase, alembic_project: AlembicProject) -> None:
    alembic_project.revision("ccc333", head="bbb222")
    alembic_project.revision("ddd444", head="bbb222")
    alembic_project.upgrade("heads")

    assert _refused(old, alembic_project, SeveralHeadsError) == (
        "the history of alembic has 2 heads: 'ccc333', 'ddd444'"
    )


def test_a_database_behind_the_head_is_refused(old: OldDatabase, alembic_project: AlembicProject) -> None:
    alembic_project.revision("ccc333")
    alembic_project.revision("ddd444")

    assert _refused(old, alembic_project, NotAtHeadError) == (
        "the database is at 'bbb222', and these are not applied: 'ccc333', 'ddd444'"
    )


def test_an_empty_table_is_refused(old: OldDatabase, alembic_project: AlembicProject) -> None:
    old.run("DELETE FROM alembic_version")

    assert _refused(old, alembic_project, NotAtHeadError) == (
        "the database is at no revision of alembic, and these are not applied: 'aaa111', 'bbb222'"
    )


def test_an_applied_revision_without_a_file_is_refused(
    old: OldDatabase, alembic_project: AlembicProject
) -> None:
    path = alembic_project.revision("ccc333")
    alembic_project.upgrade()
    path.unlink()

    assert _refused(old, alembic_project, RevisionMissingError) == (
        "no file of alembic has revision 'ccc333', which is applied here"
    )


def test_a_followed_revision_without_a_file_is_refused(
    old: OldDatabase, alembic_project: AlembicProject
) -> None:
    next((alembic_project.folder / "versions").glob("aaa111_*.py")).unlink()

    assert _refused(old, alembic_project, RevisionMissingError) == (
        "no file of alembic has revision 'aaa111', which 'bbb222_do_bbb222.py' follows"
    )


def test_two_files_of_one_revision_are_refused(old: OldDatabase, alembic_project: AlembicProject) -> None:
    path = next((alembic_project.folder / "versions").glob("bbb222_*.py"))
    path.with_name("zzz_copy.py").write_bytes(path.read_bytes())

    assert _refused(old, alembic_project, RevisionTwiceError) == (
        "revision 'bbb222' of alembic is in two files: 'bbb222_do_bbb222.py', 'zzz_copy.py'"
    )


def test_revisions_in_a_circle_are_refused(old: OldDatabase, alembic_project: AlembicProject) -> None:
    path = next((alembic_project.folder / "versions").glob("aaa111_*.py"))
    path.write_text("revision = 'aaa111'\ndown_revision = 'bbb222'\n")

    assert _refused(old, alembic_project, RevisionCircleError).startswith(
        "revisions of alembic follow one another in a circle: "
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("revision = make()\ndown_revision = None\n", "revision is no literal"),
        ("down_revision = None\n", "it names no revision"),
        ("revision = 'x'\n", "it does not say what it follows"),
        ("revision = 'x'\ndown_revision = 7\n", "7 is no revision"),
        ("revision = (\n", "it is no Python"),
    ],
)
def test_a_file_that_only_running_would_tell_is_refused(
    old: OldDatabase, alembic_project: AlembicProject, text: str, reason: str
) -> None:
    (alembic_project.folder / "versions" / "odd.py").write_text(text)

    said = _refused(old, alembic_project, RevisionUnreadableError)

    assert said.startswith("'odd.py' of alembic cannot be read: ")
    assert reason in said


def test_everything_that_is_wrong_is_said_at_once(old: OldDatabase, alembic_project: AlembicProject) -> None:
    alembic_project.revision("ccc333", head="bbb222")
    alembic_project.revision("ddd444", head="bbb222")

    said = _refused(old, alembic_project, SeveralProblemsError)

    assert "2 heads: 'ccc333', 'ddd444'; the database is at 'bbb222'" in said


def test_a_revision_that_depends_on_another_branch_counts_it_as_in_place(
    old: OldDatabase, alembic_project: AlembicProject
) -> None:
    alembic_project.revision("ccc333", head="bbb222")
    alembic_project.revision("ddd444", head="bbb222", depends_on="ccc333")
    alembic_project.upgrade("ddd444")

    assert _refused(old, alembic_project, SeveralHeadsError).endswith("2 heads: 'ccc333', 'ddd444'")


def test_without_files_or_table_or_setting_it_is_refused(
    old: OldDatabase, alembic_project: AlembicProject, tmp_path: Path
) -> None:
    first_migration(old.project, old.url, "initial")
    with pytest.raises(NoForeignFilesError, match="there is no migration of alembic in"):
        adopt_alembic(old.project, old.url, tmp_path / "nowhere")
    with pytest.raises(ForeignTableComparedError):
        adopt_alembic(replace(old.project, ignore_tables=frozenset()), old.url, alembic_project.folder)
    old.run("DROP TABLE alembic_version")
    with pytest.raises(ForeignTableMissingError, match=r"there is no table 'public\.alembic_version'"):
        adopt_alembic(old.project, old.url, alembic_project.folder)


def test_the_command_says_what_was_taken_over(notebook: Notebook, request: pytest.FixtureRequest) -> None:
    made = AlembicProject(notebook.url, notebook.root / "alembic")
    request.addfinalizer(made.close)
    made.revision("aaa111")
    made.upgrade()
    unset = notebook.run("baseline", "--write", "initial")
    assert unset.returncode == 2
    assert 'hint: add ignore_tables = ["public.alembic_version"] to [tool.pgevolve]\n' in unset.stderr

    notebook.configure('ignore_tables = ["public.alembic_version"]')
    notebook.run("baseline", "--write", "initial")
    adopted = notebook.run("adopt", "alembic")

    assert (adopted.returncode, adopted.stderr) == (0, "")
    assert adopted.stdout.splitlines() == [
        "taken over: aaa111 (applied)",
        f"recorded as applied: {notebook.migration.name}",
        "nothing was run, and public.alembic_version stays as it is; alembic is not asked any more",
    ]
    assert notebook.run("verify").returncode == 0


def test_a_table_that_is_left_out_hides_nothing_else(old: OldDatabase) -> None:
    old.run("CREATE TABLE others (id serial PRIMARY KEY, note text)", "CREATE INDEX ON others (note)")
    project = replace(old.project, ignore_tables=frozenset({"public.others"}))

    (first,) = first_migration(project, old.url, "initial").migrations

    assert "others" not in first.up_sql
    assert "notes_id_seq" in first.up_sql
