"""Roles, logins and rights: made once, by whoever may, or refused with the statements that are missing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from cli_places import OwnDatabase

from sevra_atlas.provision import Credentials, Provisioned, provision
from sevra_atlas.provision.connect import require_supported, shown_version
from sevra_atlas.provision.errors import (
    DatabaseNotOwnedError,
    EncodingError,
    ForeignTablesError,
    RoleCreationNotAllowedError,
    ServerTooOldError,
)

GROUPS = {"sevra_owner", "sevra_app", "sevra_maintenance", "sevra_readonly"}


@pytest.fixture
def credentials(tmp_path):
    return Credentials(tmp_path / "credentials.toml")


def _identity(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT current_user, current_setting('search_path'),"
            " current_setting('default_transaction_read_only')"
        ).fetchone()


def test_a_superuser_gets_four_logins_that_act_as_their_roles(database, credentials) -> None:
    found = provision(database.admin_url, credentials)

    assert found.fresh
    assert _identity(found.urls.app) == (f"{database.name}_app", "live,public,procrastinate", "off")
    assert _identity(found.urls.owner) == ("sevra_owner", "public", "off")
    assert _identity(found.urls.maintenance) == (
        f"{database.name}_maintenance",
        "public,procrastinate",
        "off",
    )
    assert _identity(found.urls.readonly) == (f"{database.name}_readonly", "live,public", "on")


def test_a_second_run_makes_nothing_and_gives_the_same_urls(database, credentials) -> None:
    first = provision(database.admin_url, credentials)

    second = provision(database.admin_url, credentials)

    assert second.made == ()
    assert second.urls == first.urls


def test_a_lost_file_of_passwords_gives_new_ones(database, credentials) -> None:
    first = provision(database.admin_url, credentials)
    credentials.path.unlink()

    second = provision(database.admin_url, credentials)

    assert second.urls.app != first.urls.app
    assert _identity(second.urls.app)[0] == f"{database.name}_app"


def test_a_password_changed_by_an_administrator_is_set_anew(database, credentials) -> None:
    first = provision(database.admin_url, credentials)
    with database.connect() as admin:
        admin.execute(f"ALTER ROLE \"{database.name}_app\" PASSWORD 'other'")

    second = provision(database.admin_url, credentials)

    assert second.made == (f"{database.name}_app",)
    assert second.urls == first.urls or _identity(second.urls.app)[0] == f"{database.name}_app"


def test_the_file_of_passwords_is_private(database, credentials) -> None:
    provision(database.admin_url, credentials)

    assert credentials.path.stat().st_mode & 0o777 == 0o600


def test_the_owner_may_create_and_others_may_not(database, credentials) -> None:
    urls = provision(database.admin_url, credentials).urls

    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA s")
        owner.execute("CREATE TABLE public.t ()")
    for url in (urls.app, urls.maintenance, urls.readonly):
        with psycopg.connect(url, autocommit=True, options="") as other:
            for statement in ("CREATE SCHEMA x", "CREATE TABLE public.x ()", "CREATE TEMPORARY TABLE x ()"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    other.execute(statement)


def test_a_user_who_may_create_roles_and_owns_the_database_needs_no_superuser(database, credentials) -> None:
    url = database.user(f"{database.name}_joe", "CREATEROLE", owner=True)

    found = provision(url, credentials)

    assert _identity(found.urls.owner)[0] == "sevra_owner"
    assert provision(url, credentials).made == ()


def test_once_everything_is_there_no_right_to_create_roles_is_needed(database, credentials) -> None:
    url = database.user(f"{database.name}_joe", "CREATEROLE", owner=True)
    provision(url, credentials)
    with database.connect() as admin:
        admin.execute(f'ALTER ROLE "{database.name}_joe" NOCREATEROLE')

    assert provision(url, credentials).made == ()


def test_a_user_who_may_not_create_roles_is_told_the_statements(database, credentials) -> None:
    url = database.user(f"{database.name}_joe", owner=True)
    roles = database.cluster.roles()

    with pytest.raises(RoleCreationNotAllowedError) as refusal:
        provision(url, credentials)

    assert f'CREATE ROLE "{database.name}_app" LOGIN IN ROLE "sevra_app";' in refusal.value.script
    assert f'\\password "{database.name}_app"' in refusal.value.script
    assert "export SEVRA_DATABASE_URL=" in refusal.value.script
    assert database.cluster.roles() == roles
    assert not credentials.path.exists()


def test_the_statements_for_an_administrator_run_in_psql_as_they_are(database, credentials) -> None:
    url = database.user(f"{database.name}_joe")
    with pytest.raises(RoleCreationNotAllowedError) as refusal:
        provision(url, credentials)
    # A script cannot answer the prompt of \password, so the password is set by its statement.
    script = "\n".join(
        f"ALTER ROLE {line.removeprefix(chr(92) + 'password ')} PASSWORD 'typed';"
        if "\\password" in line
        else line
        for line in refusal.value.script.splitlines()
    )

    database.cluster.psql(script)

    exports = [line for line in script.splitlines() if line.startswith("-- export ")]
    urls = {line.split("=")[0].split()[-1]: line.split("=", 1)[1].strip("'") for line in exports}
    assert (
        _identity(urls["SEVRA_DATABASE_URL"].replace("PASSWORD", "typed"))[1] == "live,public,procrastinate"
    )
    assert _identity(urls["SEVRA_OWNER_URL"].replace("PASSWORD", "typed"))[0] == "sevra_owner"


def test_a_user_who_does_not_own_the_database_is_told_what_its_owner_must_run(database, credentials) -> None:
    provision(database.admin_url, credentials)
    with database.connect() as admin:
        admin.execute(f'REVOKE CREATE ON DATABASE "{database.name}" FROM sevra_owner')
    url = database.user(f"{database.name}_joe", "CREATEROLE")

    with pytest.raises(DatabaseNotOwnedError) as refusal:
        provision(url, credentials)

    database.cluster.psql(refusal.value.script)
    assert provision(url, credentials).made == ("sevra_owner",)


def test_roles_that_another_user_made_need_the_right_to_grant_them(database, credentials, tmp_path) -> None:
    provision(database.admin_url, Credentials(tmp_path / "somebody-elses.toml"))
    url = database.user(f"{database.name}_joe", "CREATEROLE", owner=True)
    if database.cluster.server.major < 16:
        # Up to 15 the right to create roles is also the right to grant every one of them.
        assert provision(url, credentials).urls.app
        return

    with pytest.raises(RoleCreationNotAllowedError) as refusal:
        provision(url, credentials)

    assert "WITH ADMIN OPTION" in refusal.value.script
    database.cluster.psql(refusal.value.script)
    assert isinstance(provision(url, credentials), Provisioned)


def test_provisioners_at_once_make_everything_once(database, credentials) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: provision(database.admin_url, credentials), range(4)))

    assert sum(bool(each.made) for each in found) == 1
    assert len({each.urls for each in found}) == 1


def test_provisioners_of_two_databases_share_the_roles_of_the_server(database, cluster, tmp_path) -> None:
    names = [f"{database.name}_{number}" for number in range(4)]
    with cluster.admin() as admin:
        for name in names:
            admin.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    files = [Credentials(tmp_path / f"{name}.toml") for name in names]
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(provision, map(cluster.url, names), files))

        assert [_identity(each.urls.app)[0] for each in found] == [f"{name}_app" for name in names]
    finally:
        for name in names:
            OwnDatabase(cluster, name, cluster.roles()).drop()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_of_another_encoding_is_refused(database, credentials, encoding) -> None:
    roles = database.cluster.roles()
    with database.cluster.admin() as admin:
        admin.execute(f'DROP DATABASE "{database.name}"')
        admin.execute(
            f"CREATE DATABASE \"{database.name}\" ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'"
        )

    with pytest.raises(EncodingError, match=f"encoded in {encoding}, not in UTF8"):
        provision(database.admin_url, credentials)

    assert database.cluster.roles() == roles


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE orders ()",
        "CREATE VIEW totals AS SELECT 1 AS one",
        "CREATE SCHEMA shop CREATE TABLE orders ()",
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS one",
    ],
)
def test_a_database_of_something_else_is_refused(database, credentials, statement) -> None:
    roles = database.cluster.roles()
    with database.connect() as admin:
        admin.execute(statement)

    with pytest.raises(ForeignTablesError):
        provision(database.admin_url, credentials)

    assert database.cluster.roles() == roles


@pytest.mark.parametrize(
    ("number", "shown"), [(140_012, "14.12"), (130_000, "13.0"), (90_624, "9.6.24"), (149_999, "14.9999")]
)
def test_a_server_older_than_15_is_refused(number, shown) -> None:
    with pytest.raises(ServerTooOldError) as refusal:
        require_supported(number)

    assert str(refusal.value) == f"the database server is PostgreSQL {shown}, and 15 is the oldest supported"
    assert "DATABASE_URL" in refusal.value.hint


@pytest.mark.parametrize(("number", "shown"), [(150_000, "15.0"), (180_004, "18.4"), (190_000, "19.0")])
def test_a_server_from_15_on_is_accepted(number, shown) -> None:
    require_supported(number)

    assert shown_version(number) == shown


def test_a_name_too_long_for_a_role_still_gives_four_different_logins(cluster, credentials) -> None:
    name = "آرایش" * 6
    own = OwnDatabase(cluster, name, cluster.roles())
    with cluster.admin() as admin:
        admin.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        urls = provision(own.admin_url, credentials).urls

        users = {psycopg.conninfo.conninfo_to_dict(url)["user"] for url in (urls.app, urls.owner)}
        assert len(users) == 2
        assert all(len(user.encode()) <= 63 for user in users)
        assert provision(own.admin_url, credentials).made == ()
    finally:
        own.drop()


def test_a_database_called_sevra_does_not_take_the_names_of_the_roles() -> None:
    from sevra_atlas.provision.addresses import GROUP_ROLES, login_name

    assert not {login_name("sevra", role) for role in GROUP_ROLES} & GROUPS


def test_the_file_of_passwords_keeps_other_databases(tmp_path: Path) -> None:
    file = Credentials(tmp_path / "credentials.toml")
    file.remember("h:1/یک", {"یک_app": 'a"b\\c'})

    file.remember("h:1/two", {"two_app": "p"})

    assert file.passwords("h:1/یک") == {"یک_app": 'a"b\\c'}
    assert file.passwords("h:1/two") == {"two_app": "p"}
