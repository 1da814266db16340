"""`sevra work`: a worker over a deployed database, ended by a signal."""

import signal

import psycopg
import pytest
from cli_places import listens, text_of


def test_a_worker_works_and_tells_its_metrics_until_it_is_asked_to_end(deployed, free_port) -> None:
    url = deployed.run("db", "url").stdout.strip()
    work = deployed.start("work", "--concurrency", "2", "--metrics-port", str(free_port))
    try:
        work.wait_for("the worker is ready")
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO salons (name, slug) VALUES ('سالن نگین', 'negin')")
        work.wait_for("search.refresh_documents")
        metrics = text_of(f"http://127.0.0.1:{free_port}/metrics")

        assert work.end(signal.SIGINT) == 0
    finally:
        work.process.kill()

    found = deployed.run("db", "psql", "--", "-Atc", "SELECT title FROM search_documents")
    assert "سالن نگین" in found.stdout
    assert work.lines[-1] == "stopping"
    assert 'sevra_job_runs_total{job="search.refresh_documents",outcome="succeeded"} 1.0' in metrics
    assert 'sevra_job_lag_seconds_count{job="search.refresh_documents"} 1.0' in metrics
    assert "# TYPE sevra_queue_jobs gauge" in metrics
    assert not listens(free_port)


@pytest.mark.parametrize("command", ["work", "up"])
def test_whom_a_backup_brought_back_is_erased_before_anybody_works_or_serves(
    deployed, free_port, command: str
) -> None:
    owner = deployed.run("db", "url", "--role", "owner").stdout.strip()
    with psycopg.connect(owner) as connection:
        connection.execute("SET ROLE sevra_owner")
        row = connection.execute(
            "INSERT INTO users (username, phone_number, referral_code, first_name)"
            " VALUES (%(name)s, '+98914000000' || %(digit)s, %(name)s, 'رویا') RETURNING id",
            {"name": f"again-{command}", "digit": len(command)},
        ).fetchone()
    assert row is not None
    assert deployed.run("retention", "erase", str(row[0]), "--yes").returncode == 0
    # As a backup of before has it.
    with psycopg.connect(owner) as connection:
        connection.execute("SET ROLE sevra_owner")
        connection.execute("DELETE FROM erasures WHERE user_id = %s", row)
        connection.execute("UPDATE public.users SET first_name = 'رویا' WHERE id = %s", row)

    options = ["--port", str(free_port), "--no-demo"] if command == "up" else ["--concurrency", "1"]
    started = deployed.start(command, *options)
    try:
        said = started.wait_for("erased again")
        with psycopg.connect(owner) as connection:
            connection.execute("SET ROLE sevra_owner")
            names = connection.execute("SELECT first_name FROM public.users WHERE id = %s", row).fetchall()
        started.wait_for("the worker is ready" if command == "work" else "Sevra Atlas is open")
        assert started.end() == 0
    finally:
        started.process.kill()

    assert (said, names) == ("1 persons were erased again, whom a backup had brought back", [("",)])
    assert not [
        line for line in started.lines[: started.lines.index(said)] if "ready" in line and "web" in line
    ]


def test_a_worker_refuses_queues_that_there_are_not_and_paths_that_lack_the_queue(deployed) -> None:
    wrong_queue = deployed.run("work", "--queue", "post")
    urls = {
        variable: deployed.run("db", "url", "--role", role).stdout.strip().replace("procrastinate", "nowhere")
        for variable, role in (("SEVRA_DATABASE_URL", "app"), ("SEVRA_MAINTENANCE_URL", "maintenance"))
    }
    wrong_path = deployed.run("work", **urls)

    assert (wrong_queue.returncode, wrong_path.returncode) == (2, 1)
    assert "'post' is none of sms, media, search, seo, maintenance, default" in wrong_queue.stderr
    assert "error: the job queue is not on the search path of the worker's connection" in wrong_path.stderr
