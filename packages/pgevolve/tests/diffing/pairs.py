"""The corpus of schema pairs: read from files, built side by side, one schema of a database a pair."""

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql

from pgevolve.catalog import Catalog, read_catalog
from pgevolve.catalog.model import Ident
from pgevolve.connect import connect, sqlalchemy_connection
from pgevolve.diff import Change, diff
from pgevolve.local import LocalPostgres
from pgevolve.plan import Intent, UnplannableChangeError, plain_steps, plan
from pgevolve.plan.answers import Answer, renames_in, with_answers
from pgevolve.plan.questions import Question
from pgevolve.plan.renames import Renaming, of_what_stands_on_them, renaming, still_to_do
from pgevolve.scratch import scratch_database
from pgevolve.script import Part, statements_of

CORPUS = Path(__file__).with_name("corpus")
ROLES = ("corpus_reader", "corpus_writer")


@dataclass(frozen=True)
class Pair:
    """An old and a new schema. `alone`: it needs a database of its own; `intent`: what no schema can say.

    Of that each sentence is one of `table NEW was OLD`, `column TABLE.NEW was OLD`, and `is new` of both.
    """

    name: str
    source: str
    part: str
    old: str
    new: str
    server: int = 15
    alone: bool = False
    intent: tuple[str, ...] = ()


@dataclass
class Outcome:
    """What became of a pair: `converged`, `refused` (by name) or `failed`, and why."""

    pair: Pair
    state: str = "converged"
    reason: str = ""
    statements: tuple[str, ...] = ()
    current: Catalog = field(default_factory=Catalog)
    target: Catalog = field(default_factory=Catalog)
    left: tuple[Change, ...] = ()


def pairs(folder: Path = CORPUS) -> list[Pair]:
    """Return the pairs of a folder, by name."""
    return [_pair(path) for path in sorted(folder.glob("*.sql"))]


def _pair(path: Path) -> Pair:
    text = path.read_text(encoding="utf-8")
    header = dict(re.findall(r"^-- (source|part|server): (.*)$", text, re.MULTILINE))
    head, _, new = text.partition("-- becomes\n")
    return Pair(
        path.stem,
        header["source"],
        header["part"],
        head,
        new,
        int(header.get("server", 15)),
        "\n-- alone\n" in head,
        tuple(re.findall(r"^-- intent: (.*)$", head, re.MULTILINE)),
    )


def outcomes(server: LocalPostgres, major: int, wanted: Sequence[Pair], *, naive: bool) -> list[Outcome]:
    """Build the pairs, run what the planner writes for each, and look at what is left."""
    possible = [pair for pair in wanted if pair.server <= major]
    make_roles(server)
    shared = [pair for pair in possible if not pair.alone]
    found = list(_together(server, shared, naive=naive))
    for pair in possible:
        if pair.alone:
            found += _together(server, [pair], naive=naive)
    return found


def make_roles(server: LocalPostgres) -> None:
    """Make the roles that the pairs name, where they are missing."""
    with connect(server.url(), purpose="test") as connection:
        for role in ROLES:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))


def _together(server: LocalPostgres, wanted: Sequence[Pair], *, naive: bool) -> Iterator[Outcome]:
    with ExitStack() as stack:
        old_url = stack.enter_context(scratch_database(server.url()))
        new_url = stack.enter_context(scratch_database(server.url()))
        for url, side in ((old_url, "old"), (new_url, "new")):
            _build(url, wanted, side)
        current, target = _read(old_url), _read(new_url)
        found = [Outcome(pair, current=_of(current, pair), target=_of(target, pair)) for pair in wanted]
        with connect(old_url, purpose="test") as connection:
            for outcome in found:
                _run(connection, old_url, outcome, naive=naive)
        reached = _read(old_url)
        for outcome in found:
            if outcome.state != "converged":
                continue
            outcome.left = diff(_of(reached, outcome.pair), outcome.target)
            if outcome.left:
                outcome.state, outcome.reason = "failed", "; ".join(map(str, outcome.left))
        dumps = [dump(server, url) for url in (old_url, new_url)]
        for outcome in found:
            _compare_dumps(outcome, *dumps)
        yield from found


def _build(url: str, wanted: Sequence[Pair], side: str) -> None:
    with connect(url, purpose="test") as connection:
        for pair in wanted:
            if not pair.alone:
                connection.execute(
                    sql.SQL("CREATE SCHEMA {0}; SET search_path = {0}").format(sql.Identifier(pair.name))
                )
            connection.execute(getattr(pair, side).encode())


def _read(url: str) -> Catalog:
    with sqlalchemy_connection(url, purpose="test") as connection:
        return read_catalog(connection)


def _of(catalog: Catalog, pair: Pair) -> Catalog:
    """Return what belongs to one pair."""
    if pair.alone:
        return catalog

    def is_own(ident: Ident) -> bool:
        return pair.name in {ident.schema, ident.name} or f"{pair.name}." in ident.name

    return replace(
        catalog,
        objects=MappingProxyType({i: item for i, item in catalog.objects.items() if is_own(i)}),
        grants=frozenset(grant for grant in catalog.grants if is_own(grant.on)),
        needs=MappingProxyType({i: needs for i, needs in catalog.needs.items() if is_own(i)}),
    )


def _run(connection: psycopg.Connection, url: str, outcome: Outcome, *, naive: bool) -> None:
    try:
        parts = _parts(url, outcome, naive=naive)
    except UnplannableChangeError as error:
        outcome.state, outcome.reason = "refused", error.change
        return
    statements = []
    for statement in statements_of(parts):
        statements.append(statement)
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            connection.execute("ROLLBACK")
            outcome.state, outcome.reason = "failed", f"{str(error).splitlines()[0]} in {statement}"
            break
    outcome.statements = tuple(statements)


def _parts(url: str, outcome: Outcome, *, naive: bool) -> list[Part]:
    current, target = outcome.current, outcome.target
    if naive:
        return [Part("plain", plain_steps(current, target))]
    intent, current = _intended(url, outcome)
    changes = diff(current, target)
    return [Part(entry.phase, entry.up, entry.backfill) for entry in plan(changes, current, target, intent)]


def _intended(url: str, outcome: Outcome) -> tuple[Intent, Catalog]:
    """Return what the pair says beyond its schemas, and the old one after the renames of tables."""
    pair = outcome.pair
    if not pair.intent:
        return Intent(), outcome.current
    answers = []
    for sentence in pair.intent:
        kind, called, _, old = sentence.split(" ")
        *schema, table, column = f"{called}{'.' if kind == 'table' else ''}".split(".")
        ident = Ident("table", schema[0] if schema else pair.name, table)
        answers.append(Answer(Question(ident, column or None, ()), None if old == "new" else old))
    tables = renames_in(answers)
    there = still_to_do(tables, outcome.current, outcome.target)
    said = tuple(renaming(rename) for rename in there)
    others = of_what_stands_on_them(there, _renamed(url, pair, said), outcome.target)
    renamings = (*said, *others)
    intent = with_answers(Intent(objects=there, renamings=renamings), answers)
    return intent, _renamed(url, pair, renamings)


def _renamed(url: str, pair: Pair, renamings: Sequence[Renaming]) -> Catalog:
    """Return the catalogue after the renames, which are undone."""
    with sqlalchemy_connection(url, purpose="test") as connection:
        for entry in renamings:
            connection.exec_driver_sql(entry.there)
        return _of(read_catalog(connection), pair)


def dump(server: LocalPostgres, url: str) -> dict[str, list[str]]:
    """Return `pg_dump -s` as sorted entries by schema, without what is no fact of the schema."""
    command = [server.binaries.tool("pg_dump"), "-s", "-d", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    entries: dict[str, list[str]] = defaultdict(list)
    for entry in re.split(r"^-- (?=Name: )", done.stdout, flags=re.MULTILINE)[1:]:
        head, _, body = entry.partition("\n--\n")
        schema = re.search(r"; Schema: (.*); Owner: ", head)
        kind = re.search(r"; Type: (.*); Schema: ", head)
        assert schema is not None, head
        assert kind is not None, head
        place = head.split(";")[0].removeprefix("Name: ") if schema[1] == "-" else schema[1]
        entries[place.removeprefix("SCHEMA ")].append(f"{head}\n{_normalised(body, kind[1])}")
    return {schema: sorted(found) for schema, found in entries.items()}


def _normalised(body: str, kind: str) -> str:
    """Drop settings of the session and the names of NOT NULL; a table's columns stand in no order."""
    lines = [line for line in body.splitlines() if line and not line.startswith(("--", "SET ", "\\"))]
    if kind in {"TABLE", "TYPE", "ACL"} and "ENUM" not in body:
        lines = sorted(line.strip().rstrip(",") for line in lines)
    return re.sub(r"CONSTRAINT \S+ NOT NULL", "NOT NULL", "\n".join(lines))


def _compare_dumps(
    outcome: Outcome, reached: Mapping[str, list[str]], target: Mapping[str, list[str]]
) -> None:
    if outcome.state != "converged":
        return
    places = {*reached, *target} if outcome.pair.alone else {outcome.pair.name}
    for place in sorted(places):
        one, other = reached.get(place, []), target.get(place, [])
        if one != other:
            outcome.state = "failed"
            outcome.reason = "dumps differ:\n" + "\n".join(sorted({*one} ^ {*other}))
            return


def targets(server: LocalPostgres, wanted: Sequence[Pair], side: str = "new") -> dict[str, Catalog]:
    """Return the catalogue of one side of each pair."""
    make_roles(server)
    found: dict[str, Catalog] = {}
    for group in ([p for p in wanted if not p.alone], *([p] for p in wanted if p.alone)):
        with scratch_database(server.url()) as url:
            _build(url, group, side)
            catalog = _read(url)
        found |= {pair.name: _of(catalog, pair) for pair in group}
    return found
