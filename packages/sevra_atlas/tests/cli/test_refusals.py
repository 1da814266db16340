"""What `sevra up` refuses: one sentence, the command that mends it, exit status 2, nothing half-made."""

import re
import socket
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import pytest
from cli_places import MAJORS, OwnDatabase, Sevra, with_parameters
from greeting import greeting_as

from pgevolve.local import LocalPostgres

# Where the server's version makes no difference.
on_the_newest = pytest.mark.parametrize("cluster", [MAJORS[-1]], indirect=True)


def assert_refused(result: CompletedProcess[str], sentence: str, hint: str) -> None:
    lines = result.stderr.splitlines()
    assert result.returncode == 2, result
    assert re.fullmatch(f"error: {sentence}", lines[0]), lines[0]
    assert re.search(hint, lines[1].removeprefix("hint: ")), lines[1]
    assert lines[1].startswith("hint: ")
    everything = result.stdout + result.stderr
    assert "Traceback" not in everything
    assert "\x1b" not in everything


def assert_nothing_made(database: OwnDatabase, sevra: Sevra, tables: frozenset[str] = frozenset()) -> None:
    made_by_test = {role for role in database.cluster.roles() if role.endswith("_joe")}
    assert database.cluster.roles() - database.roles_before == made_by_test
    assert database.cluster.tables(database.name) == tables
    assert not (sevra.place / ".data" / "credentials.toml").exists()
    assert not (sevra.place / ".data" / "postgres").exists()
    assert not (sevra.place / ".data" / "media").exists()


@on_the_newest
def test_a_port_in_use(sevra, database, free_port) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port))
        listener.listen()

        result = sevra.run("up", PORT=str(free_port), DATABASE_URL=database.admin_url)

    assert_refused(
        result, f"port {free_port} of 127.0.0.1 is in use by another program", f"make up PORT={free_port + 1}"
    )
    assert_nothing_made(database, sevra)


@pytest.mark.parametrize("port", ["0", "99999", "http"])
def test_a_port_that_is_none(sevra, port) -> None:
    result = sevra.run("up", PORT=port)

    assert_refused(result, f"PORT is '{port}'", "set PORT to a number from 1 to 65535")
    assert not (sevra.place / ".data").exists()


def test_production_without_a_key_of_its_own(sevra, free_port) -> None:
    result = sevra.run("up", PORT=str(free_port), SEVRA_ENV="production")

    assert_refused(result, "SEVRA_SECRET_KEY is not set", "random text of 32 or more bytes")
    assert not (sevra.place / ".data").exists()


@on_the_newest
def test_a_database_that_cannot_be_reached(sevra, database, free_port) -> None:
    url = with_parameters(database.admin_url, port=str(free_port))

    result = sevra.run("up", DATABASE_URL=url, PORT=str(free_port))

    assert_refused(
        result,
        f"the database server at 127.0.0.1:{free_port} cannot be reached",
        "start the server or correct DATABASE_URL",
    )
    assert_nothing_made(database, sevra)


def test_a_socket_where_no_server_listens(sevra, tmp_path, free_port) -> None:
    result = sevra.run("up", DATABASE_URL=f"postgresql:///x?host={tmp_path}", PORT=str(free_port))

    assert_refused(
        result, f"the database server at socket {tmp_path} port 5432 cannot be reached", "start the server"
    )


@on_the_newest
def test_a_wrong_password(sevra, database, free_port) -> None:
    url = with_parameters(database.admin_url, password="wrong")

    result = sevra.run("up", DATABASE_URL=url, PORT=str(free_port))

    assert_refused(
        result,
        r"the database server at 127\.0\.0\.1:\d+ refused the password of user 'postgres'",
        "correct the password in DATABASE_URL",
    )
    assert "wrong" not in result.stderr
    assert_nothing_made(database, sevra)


@on_the_newest
def test_a_password_that_is_not_given(sevra, database, free_port) -> None:
    url = with_parameters(database.admin_url, password="")

    result = sevra.run("up", DATABASE_URL=url, PORT=str(free_port))

    assert_refused(result, ".* asks for a password of user 'postgres'", "password in DATABASE_URL")
    assert_nothing_made(database, sevra)


@on_the_newest
def test_a_database_that_is_not_there(sevra, database, free_port) -> None:
    url = with_parameters(database.admin_url, dbname="elsewhere")

    result = sevra.run("up", DATABASE_URL=url, PORT=str(free_port))

    assert_refused(result, ".* has no database 'elsewhere'", "createdb --encoding=UTF8 .* elsewhere")
    assert_nothing_made(database, sevra)


def test_an_address_that_cannot_be_read_does_not_show_its_password(sevra, free_port) -> None:
    result = sevra.run("up", DATABASE_URL="postgresql://joe:se%cret@h:x y/", PORT=str(free_port))

    assert_refused(result, "DATABASE_URL is not a connection address: .*", "postgresql://USER:PASSWORD@HOST")
    assert "se%cret" not in result.stderr


def test_a_role_that_may_not_create_roles(sevra, database, free_port) -> None:
    url = database.user(f"{database.name}_joe", owner=True)

    result = sevra.run("up", DATABASE_URL=url, PORT=str(free_port))

    assert_refused(
        result,
        f"user '{database.name}_joe' may not create or administer the roles sevra_owner, .*",
        "let an administrator run the statements below in psql",
    )
    assert f'\nCREATE ROLE "{database.name}_owner" LOGIN IN ROLE "sevra_owner";\n' in result.stderr
    assert_nothing_made(database, sevra)


def test_a_database_of_somebody_else(sevra, database, free_port) -> None:
    url = database.user(f"{database.name}_joe", "CREATEROLE")

    result = sevra.run("up", DATABASE_URL=url, PORT=str(free_port))

    assert_refused(
        result,
        f"user '{database.name}_joe' may not grant rights on the database '{database.name}'",
        "then run `sevra up` again",
    )
    assert f'ALTER DATABASE "{database.name}" OWNER TO "{database.name}_joe";' in result.stderr
    assert_nothing_made(database, sevra)


@on_the_newest
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_is_not_utf_8(sevra, database, free_port, encoding) -> None:
    with database.cluster.admin() as admin:
        admin.execute(f"DROP DATABASE {database.name}")
        admin.execute(f"CREATE DATABASE {database.name} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'")

    result = sevra.run("up", DATABASE_URL=database.admin_url, PORT=str(free_port))

    assert_refused(
        result,
        f"the database '{database.name}' is encoded in {encoding}, not in UTF8",
        "createdb --encoding=UTF8",
    )
    assert_nothing_made(database, sevra)


def test_a_server_older_than_the_oldest_supported(sevra, free_port) -> None:
    with greeting_as("14.12") as port:
        result = sevra.run(
            "up", DATABASE_URL=f"postgresql://joe@127.0.0.1:{port}/directory", PORT=str(free_port)
        )

    assert_refused(result, "the database server is PostgreSQL 14.12, and 15 is the oldest supported", "15")
    assert not (sevra.place / ".data" / "credentials.toml").exists()
    assert not (sevra.place / ".data" / "postgres").exists()


@on_the_newest
def test_a_database_that_holds_other_tables(sevra, database, free_port) -> None:
    with database.connect() as admin:
        admin.execute("CREATE TABLE orders (id int); CREATE TABLE customers (id int)")

    result = sevra.run("up", DATABASE_URL=database.admin_url, PORT=str(free_port))

    assert_refused(
        result,
        f"the database '{database.name}' holds tables of something else: public.customers, public.orders",
        "make an empty one with `createdb",
    )
    assert_nothing_made(database, sevra, frozenset({"public.customers", "public.orders"}))


@on_the_newest
def test_stated_urls_without_the_owners(sevra, database, free_port) -> None:
    result = sevra.run("up", SEVRA_DATABASE_URL=database.admin_url, PORT=str(free_port))

    assert_refused(result, "SEVRA_OWNER_URL is not set", "set it to a login that may act as sevra_owner")
    assert_nothing_made(database, sevra)


def test_a_stated_owner_that_may_not_act_as_the_owner(sevra, database, free_port) -> None:
    url = database.user(f"{database.name}_joe")

    result = sevra.run(
        "up",
        SEVRA_DATABASE_URL=database.admin_url,
        SEVRA_OWNER_URL=with_parameters(url, options="-c role=sevra_owner"),
        PORT=str(free_port),
    )

    assert_refused(
        result,
        f"user '{database.name}_joe' may not act as 'sevra_owner'",
        f"GRANT sevra_owner TO {database.name}_joe",
    )
    assert_nothing_made(database, sevra)


@on_the_newest
def test_a_file_of_passwords_that_cannot_be_read(sevra, database, free_port) -> None:
    (sevra.place / ".data").mkdir()
    (sevra.place / ".data" / "credentials.toml").write_text("[databases")

    result = sevra.run("up", DATABASE_URL=database.admin_url, PORT=str(free_port))

    assert_refused(result, "the file of passwords '.*' cannot be read: .*", "remove '.*credentials.toml'")
    assert database.cluster.roles() == database.roles_before


def test_a_server_that_is_a_standby(sevra, embedded_home, free_port) -> None:
    with LocalPostgres(embedded_home) as server:
        data = server.home / "data"
    (data / "standby.signal").touch()

    with LocalPostgres(embedded_home) as standby:
        result = sevra.run("up", DATABASE_URL=standby.url(), PORT=str(free_port))

    assert_refused(result, "the database server at .* is a standby and takes no writes", "name the primary")


def test_a_server_that_lets_in_only_some_users(sevra, embedded_home, free_port) -> None:
    with LocalPostgres(embedded_home, tcp=True) as server:
        (server.home / "data" / "pg_hba.conf").write_text(
            "local all all trust\nhost all postgres 127.0.0.1/32 scram-sha-256\n"
        )
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute("CREATE ROLE joe LOGIN PASSWORD 'joe'")
            admin.execute("SELECT pg_reload_conf()")
        others = with_parameters(server.tcp_url(), user="joe", password="joe")

        unknown = sevra.run("up", DATABASE_URL=others, PORT=str(free_port))
        made = sevra.run("up", DATABASE_URL=server.tcp_url(), PORT=str(free_port))

    assert_refused(unknown, "the database server at .* refused user 'joe': .*pg_hba.conf.*", "pg_hba.conf")
    assert_refused(
        made, "the database server does not let the login 'postgres_app' in: .*", "allow user 'postgres_app'"
    )


def _made_data_directory(sevra: Sevra) -> Path:
    with LocalPostgres(sevra.place / ".data" / "postgres", settings={"fsync": "off"}) as server:
        return server.home / "data"


def test_a_data_directory_of_another_version(sevra, free_port) -> None:
    # What the server's own tools read to know the version: no older server need be on the machine.
    (_made_data_directory(sevra) / "PG_VERSION").write_text("16\n")

    result = sevra.run("up", PORT=str(free_port))

    assert_refused(
        result,
        "the data directory '.*' is of PostgreSQL 16, and the server programs are of 18",
        "dump it with PostgreSQL 16",
    )
    assert not (sevra.place / ".data" / "credentials.toml").exists()


def test_a_data_directory_that_is_damaged(sevra, free_port) -> None:
    (_made_data_directory(sevra) / "PG_VERSION").unlink()

    result = sevra.run("up", PORT=str(free_port))

    assert_refused(result, "the data directory '.*' is damaged: .* is missing", "restore it from a backup")


def test_a_data_directory_that_cannot_be_made(sevra, free_port) -> None:
    (sevra.place / "file").write_text("")

    result = sevra.run("up", SEVRA_DATA_DIR=str(sevra.place / "file" / "data"), PORT=str(free_port))

    assert_refused(result, "the data directory '.*' cannot be used: Not a directory", "SEVRA_DATA_DIR")


def test_a_data_directory_that_an_ordinary_user_may_not_write(ordinary_sevra, free_port) -> None:
    (ordinary_sevra.place / ".data").mkdir()
    (ordinary_sevra.place / ".data").chmod(0o555)

    result = ordinary_sevra.run("up", PORT=str(free_port))

    assert_refused(result, "the data directory '.*' cannot be used: Permission denied", "SEVRA_DATA_DIR")
