"""The other commands over a deployed database: `db`, `demo`, `doctor`, `migrate`, `serve`, and their help."""

import json
import subprocess
from typing import Any

import psycopg
import pytest
import typer
from cli_places import status_of, text_of

from sevra_atlas.cli.application import build

ROLES = ["app", "owner", "maintenance", "readonly"]


@pytest.mark.parametrize("role", ROLES)
def test_the_url_of_a_role_opens_the_database(deployed, role) -> None:
    url = deployed.run("db", "url", "--role", role).stdout.strip()

    with psycopg.connect(url) as connection:
        assert connection.info.dbname == "sevra_atlas"
        assert connection.info.user == f"sevra_atlas_{role}"


def test_all_urls_as_json(deployed) -> None:
    assert list(json.loads(deployed.run("db", "url", "--json").stdout)) == ROLES


def test_an_unknown_role_is_a_usage_error(deployed) -> None:
    result = deployed.run("db", "url", "--role", "boss")

    assert result.returncode == 2
    assert "none of app, owner, maintenance, readonly" in result.stderr.replace("\n", " ")


def test_psql_gets_what_follows_and_its_status_is_handed_on(deployed) -> None:
    said = deployed.run("db", "psql", "--role", "readonly", "--", "-Atc", "SHOW search_path")
    failed = deployed.run("db", "psql", "--", "-Xc", "SELECT * FROM public.salons", "-v", "ON_ERROR_STOP=1")

    assert said.stdout == "live,public\n"
    assert failed.returncode == 1
    assert "permission denied" in failed.stderr


def test_the_shell_has_a_session_and_the_models(deployed) -> None:
    shell = subprocess.run(
        [deployed.python, "-m", "sevra_atlas.cli", "db", "shell"],
        input="print('provinces:', session.scalar(select(func.count(Province.id))))\n",
        cwd=deployed.place,
        env=deployed.environment({}),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "provinces: 0" in shell.stdout


def test_migrations_are_reported_and_verified(deployed) -> None:
    status = deployed.run("migrate", "status", "--json")
    verified = deployed.run("migrate", "verify")

    assert status.returncode == 0, status.stderr
    assert json.loads(status.stdout)["pending"] == []
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_snapshot_is_taken_in_the_data_directory_and_a_recovery_rehearsed(deployed) -> None:
    made = deployed.run("backup", "create", "--json")
    drilled = deployed.run("backup", "drill", "--json")
    refused = deployed.run("backup", "create", SEVRA_ENV="production")

    assert made.returncode == 0, made.stderr
    snapshot = json.loads(made.stdout)
    assert drilled.returncode == 0, drilled.stderr
    assert (json.loads(drilled.stdout)["name"], json.loads(drilled.stdout)["rows"]) == (
        snapshot["name"],
        snapshot["rows"],
    )
    assert snapshot["rows"] > 400  # provinces and cities came with the first migration
    assert refused.returncode == 2
    assert "snapshots must be encrypted here" in refused.stderr


def test_doctor_finds_nothing_bad_in_a_deployed_database(deployed, free_port) -> None:
    result = deployed.run("doctor", "--json", PORT=str(free_port))

    findings = json.loads(result.stdout)
    assert result.returncode == 0, result.stdout
    assert {finding["state"] for finding in findings} == {"ok"}
    assert {"python", "packages", "programs", "data", "disk", "secrets", "site", "server", "database"} <= {
        finding["name"] for finding in findings
    }


def test_doctor_names_the_command_that_closes_an_open_file(deployed) -> None:
    file = deployed.place / ".data" / "credentials.toml"
    file.chmod(0o644)
    try:
        result = deployed.run("doctor")
    finally:
        file.chmod(0o600)

    assert result.returncode == 1
    assert f"bad  secrets     {file} is open to others (644)" in result.stdout
    assert f"hint: chmod 600 '{file}'" in result.stdout


def test_doctor_before_anything_is_made_points_to_up(sevra, free_port) -> None:
    result = sevra.run("doctor", PORT=str(free_port))

    assert result.returncode == 0
    assert "warn database    the embedded database of" in result.stdout
    assert result.stdout.count("hint: sevra up") == 2
    assert not (sevra.place / ".data").exists()


def test_doctor_says_what_up_would_refuse(sevra, free_port) -> None:
    result = sevra.run("doctor", DATABASE_URL=f"postgresql://joe:secret@127.0.0.1:{free_port}/sevra")

    assert result.returncode == 1
    assert f"bad  database    the database server at 127.0.0.1:{free_port} cannot be reached" in result.stdout
    assert "secret" not in result.stdout


@pytest.mark.parametrize("command", ["status", "verify"])
def test_looking_at_the_migrations_makes_no_database(sevra, command) -> None:
    result = sevra.run("migrate", command)

    assert result.returncode == 2
    assert result.stderr.endswith("is not there yet\nhint: run `sevra up` first\n")
    assert not (sevra.place / ".data" / "postgres").exists()


def test_demo_data_is_loaded_once(deployed) -> None:
    first = deployed.run("demo", "load", "--size", "tiny", "--json")
    second = deployed.run("demo", "load", "--size", "tiny")
    url = deployed.run("db", "url").stdout.strip()

    assert first.returncode == 0, first.stderr
    counts = json.loads(first.stdout)
    assert counts["salons"] == 60
    assert second.returncode == 2
    assert second.stderr.startswith("error: the directory already holds")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM live.salons").fetchone() == (60,)


def test_serve_needs_the_applications_login_only(deployed, free_port) -> None:
    url = deployed.run("db", "url").stdout.strip()
    started = deployed.start("serve", "--workers", "2", PORT=str(free_port), SEVRA_DATABASE_URL=url)
    try:
        started.wait_for("Sevra Atlas is open")
        assert status_of(f"http://127.0.0.1:{free_port}/api/v1/health/ready") == 200
    finally:
        status = started.end()

    assert status == 0


def test_each_of_several_web_processes_tells_the_numbers_of_all(deployed, free_port, tmp_path) -> None:
    started = deployed.start(
        *("serve", "--workers", "2"),
        PORT=str(free_port),
        SEVRA_METRICS_ALLOWED_NETWORKS="127.0.0.1/32",
        TMPDIR=str(tmp_path),
    )
    try:
        started.wait_for("Sevra Atlas is open")
        for _ in range(40):
            status_of(f"http://127.0.0.1:{free_port}/api/v1/salons")
        scrapes = [text_of(f"http://127.0.0.1:{free_port}/metrics") for _ in range(12)]
        folders = list(tmp_path.iterdir())
    finally:
        status = started.end()

    asked = 'sevra_http_requests_total{method="GET",route="/api/v1/salons",status="200"} 40.0'
    took = 'sevra_http_request_seconds_count{route="/api/v1/salons"} 40.0'
    assert {asked in scrape and took in scrape for scrape in scrapes} == {True}
    assert status == 0
    assert len(folders) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("variable", ["SEVRA_DATABASE_URL", "SEVRA_OWNER_URL"])
def test_an_address_that_is_none_is_refused_before_anything_starts(sevra, variable: str) -> None:
    stated = {"SEVRA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", variable: "not an address"}

    result = sevra.run("serve", **stated)

    assert result.returncode == 2
    assert result.stderr == (
        f"error: {variable} is not a connection address: it cannot be parsed\n"
        "hint: write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE\n"
    )


def test_commands_before_up_say_so(sevra) -> None:
    for arguments in (["db", "url"], ["demo", "load"], ["serve"]):
        result = sevra.run(*arguments)

        assert result.returncode == 2
        assert result.stderr.endswith("is not there yet\nhint: run `sevra up` first\n")
        assert not (sevra.place / ".data").exists()


def _commands(command: Any, path: str = "sevra") -> dict[str, Any]:
    """Return every command that does something, by what a user types."""
    below = getattr(command, "commands", None)
    if below is None:
        return {path: command}
    return {name: leaf for each in below for name, leaf in _commands(below[each], f"{path} {each}").items()}


def test_every_command_says_what_it_does_and_shows_an_example_of_itself() -> None:
    commands = _commands(typer.main.get_command(build()))

    wanted = {"up", "down", "serve", "doctor", "migrate deploy", "demo load", "db url", "db psql", "db shell"}
    assert {f"sevra {name}" for name in wanted} <= commands.keys()
    for name, command in commands.items():
        assert command.help, name
        assert command.epilog.startswith("Example: "), name
        assert name in command.epilog, name


def test_what_reports_does_so_as_json_too() -> None:
    commands = _commands(typer.main.get_command(build()))

    for name in ("doctor", "db url", "demo load", "migrate status", "migrate verify", "migrate deploy"):
        options = [option for parameter in commands[f"sevra {name}"].params for option in parameter.opts]
        assert "--json" in options, name


def test_help_in_a_pipe_is_plain(sevra) -> None:
    result = sevra.run("up", "--help")

    assert "Example: sevra up --port 9000" in result.stdout
    assert "\x1b" not in result.stdout
