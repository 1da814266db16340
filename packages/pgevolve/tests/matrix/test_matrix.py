"""A claim that a server contradicts is a bug: at least 200 forms and 40 changes of type, on every server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest
from matrix import BASE, Form, Verdict, forms, judged

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from pgevolve.sqltext import commits_by_itself

FORMS = tuple(forms())


@pytest.fixture(scope="module")
def base(server: LocalPostgres) -> Iterator[str]:
    """Return the URL of a database with the base schema; forms that change nothing for good share it."""
    with scratch_database(server.url()) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(BASE)
        yield url


@pytest.fixture
def judge(
    server: LocalPostgres, base: str, clone_of: Callable[[LocalPostgres, str], str]
) -> Callable[[Form], Verdict]:
    def judge(form: Form) -> Verdict:
        if form.setup or commits_by_itself(form.sql):
            return judged(form, clone_of(server, urlsplit(base).path.removeprefix("/")))
        return judged(form, base)

    return judge


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.family}: {form.title}")
def test_the_server_does_what_is_claimed(
    server: LocalPostgres, judge: Callable[[Form], Verdict], form: Form
) -> None:
    if form.since > _major(server):
        with pytest.raises(Exception, match=r"syntax error|not run"):
            judge(form)
        return

    assert judge(form).differences() == []


def test_a_false_claim_is_found(judge: Callable[[Form], Verdict]) -> None:
    verdict = judge(next(form for form in FORMS if form.title == "add a nullable column"))
    assert verdict.claim is not None

    lighter = replace(verdict.claim, locks={"public.t": "SHARE"})
    rewriting = replace(verdict.claim, rewrites={"public.t"})
    reading = replace(verdict.claim, scans={"public.t"})

    assert replace(verdict, claim=lighter).differences() != []
    assert replace(verdict, claim=rewriting).differences() != []
    assert replace(verdict, claim=reading).differences() != []


def test_the_matrix_is_as_large_as_promised() -> None:
    changes_of_type = [form for form in FORMS if form.family == "types"]

    assert len(changes_of_type) >= 40
    assert len(FORMS) - len(changes_of_type) >= 200
    assert len({(form.family, form.title) for form in FORMS}) == len(FORMS)


def _major(server: LocalPostgres) -> int:
    with psycopg.connect(server.url()) as connection:
        return connection.info.server_version // 10_000
