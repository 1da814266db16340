"""`sevra paths rule`: one redirect rule at a time. Many at once: `sevra paths import`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sevra_atlas.cli.paths_changes import Actor
from sevra_atlas.cli.sessions import session_as
from sevra_atlas.settings import own_host, redirect_hosts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.addresses.stored import StoredRule
    from sevra_atlas.domain.addresses.targets import Hosts
    from sevra_atlas.schema.enums import RedirectType

app = typer.Typer(no_args_is_help=True, help="Redirect rules, one at a time.")

_LONGEST_NOTE = 500
_LISTED = 100


class Answer(StrEnum):
    """The answers of a rule, by their status."""

    MOVED = "301"
    FOUND = "302"
    TEMPORARY = "307"
    PERMANENT = "308"
    GONE = "410"
    LEGAL = "451"


class Query(StrEnum):
    """What a redirect does with the query string."""

    PASS = "pass"  # noqa: S105 - a mode, not a secret
    IGNORE = "ignore"
    EXACT = "exact"


def _short(note: str | None) -> str | None:
    if note is not None and len(note) > _LONGEST_NOTE:
        raise typer.BadParameter(f"at most {_LONGEST_NOTE} characters")
    return note


_TO = "Where it leads: a path of the site, /new/*, a web address, or a page as SALON:17."
Source = Annotated[str, typer.Argument(help="A path, or all below one as '/old/*'.", metavar="FROM")]
Target = Annotated[str | None, typer.Argument(help=_TO, metavar="[TO]")]
NewTarget = Annotated[str | None, typer.Option("--to", help=_TO, metavar="TO")]
Named = Annotated[str, typer.Argument(help="A rule by its FROM or its number.", metavar="RULE")]
Begin = Annotated[str, typer.Argument(help="Beginning of the FROM of those to list.", metavar="[BEGIN]")]
After = Annotated[str, typer.Option("--after", help="Go on behind this FROM.", metavar="FROM")]
Limit = Annotated[int, typer.Option("--limit", help="Rules to list.", min=1, max=10_000)]
Type = Annotated[Answer, typer.Option("--type", help="The answer; 410 and 451 lead nowhere.")]
NewType = Annotated[Answer | None, typer.Option("--type", help="The answer; 410 and 451 lead nowhere.")]
Mode = Annotated[Query, typer.Option("--query", help="What becomes of the query string.")]
NewMode = Annotated[Query | None, typer.Option("--query", help="What becomes of the query string.")]
Active = Annotated[bool, typer.Option("--active/--inactive", help="One that is inactive answers 404.")]
NewActive = Annotated[
    bool | None, typer.Option("--active/--inactive", help="One that is inactive answers 404.")
]
Note = Annotated[str | None, typer.Option("--note", help="Why it exists.", callback=_short)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it comes to, and change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


@app.command(epilog="Example: [bold]sevra paths rule add /old /atlas/salon/roya --note 'on the flyer'[/bold]")
def add(  # noqa: PLR0913, PLR0917 (what a rule says, and how it is saved)
    source: Source,
    target: Target = None,
    answer: Type = Answer.MOVED,
    query: Mode = Query.PASS,
    active: Active = True,  # noqa: FBT002 - a flag
    note: Note = None,
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Add a rule; a page that it leads to is followed through its renames."""
    from sevra_atlas.domain.acting import Act
    from sevra_atlas.domain.addresses.rules import RuleDraft, add_rule
    from sevra_atlas.domain.addresses.stored import get_rule
    from sevra_atlas.schema.enums import QueryMode

    draft = RuleDraft(source, target, _type(answer), QueryMode(query.value), active, note)
    with _changing(dry_run=dry_run) as session:
        made = add_rule(session, draft, hosts=_hosts(), act=Act(actor))
        _say(as_json, "added", get_rule(session, made), dry_run=dry_run)


@app.command(epilog="Example: [bold]sevra paths rule edit /old --to /blog --inactive[/bold]")
def edit(  # noqa: PLR0913, PLR0917 (as above)
    rule: Named,
    target: NewTarget = None,
    answer: NewType = None,
    query: NewMode = None,
    active: NewActive = None,
    note: Note = None,
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Change what a rule answers; what is not named stays, and an empty note is none."""
    from sevra_atlas.domain.acting import Act
    from sevra_atlas.domain.addresses.rules import KEPT, RuleEdit, edit_rule
    from sevra_atlas.domain.addresses.stored import get_rule
    from sevra_atlas.schema.enums import QueryMode

    changes = RuleEdit(
        target=KEPT if target is None else target,
        type=KEPT if answer is None else _type(answer),
        query_mode=KEPT if query is None else QueryMode(query.value),
        is_active=KEPT if active is None else active,
        note=KEPT if note is None else note,
    )
    with _changing(dry_run=dry_run) as session:
        stored = get_rule(session, _named(rule))
        edit_rule(session, stored.id, changes, hosts=_hosts(), act=Act(actor))
        _say(as_json, "changed", get_rule(session, stored.id), dry_run=dry_run)


@app.command(epilog="Example: [bold]sevra paths rule remove /old[/bold]")
def remove(
    rule: Named,
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete a rule for good; its path answers 404 and is free again."""
    from sevra_atlas.domain.acting import Act
    from sevra_atlas.domain.addresses.rules import remove_rule
    from sevra_atlas.domain.addresses.stored import get_rule

    with _changing(dry_run=dry_run) as session:
        stored = get_rule(session, _named(rule))
        remove_rule(session, stored.id, act=Act(actor))
        _say(as_json, "removed", stored, dry_run=dry_run)


@app.command("list", epilog="Example: [bold]sevra paths rule list /shop[/bold]")
def list_(
    begin: Begin = "",
    after: After = "",
    limit: Limit = _LISTED,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """List rules in the order of what they speak for, with how often they were used."""
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.addresses.stored import stored_rules

    with session_as("app", Session) as session:
        rules = list(stored_rules(session, begin=begin, after=after, limit=limit + 1))
    more = len(rules) > limit
    if as_json:
        shown = {"rules": [_document(rule) for rule in rules[:limit]], "more": more}
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    for rule in rules[:limit]:
        typer.echo(_line(rule))
    if more:
        typer.echo(f"there are more: --after '{rules[limit - 1].source}'")


@contextmanager
def _changing(*, dry_run: bool) -> "Iterator[Session]":
    """Open a transaction that is taken back after a dry run: the database has had its say all the same."""
    from sqlalchemy.orm import Session

    with session_as("app", Session) as session, session.begin() as transaction:
        yield session
        if dry_run:
            transaction.rollback()


def _hosts() -> "Hosts":
    from sevra_atlas.domain.addresses.targets import Hosts

    return Hosts(redirect_hosts(), frozenset({own_host()}))


def _type(answer: Answer) -> "RedirectType":
    from sevra_atlas.schema.enums import RedirectType

    return next(type_ for type_ in RedirectType if type_.value.endswith(answer.value))


def _named(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text


def _say(as_json: bool, done: str, rule: "StoredRule", *, dry_run: bool) -> None:  # noqa: FBT001 - the flag of the command
    if as_json:
        typer.echo(json.dumps({done: not dry_run, "rule": _document(rule)}, ensure_ascii=False))
    elif dry_run:
        typer.echo(f"would be {done}: {_line(rule)}\nnothing was changed")
    else:
        typer.echo(f"{done}: {_line(rule)}")


def _line(rule: "StoredRule") -> str:
    lead = "leads nowhere" if rule.target is None else f"→ {rule.target}"
    words = [f"{rule.source} {lead}", rule.type.value]
    if rule.query_mode.value != Query.PASS:
        words.append(f"query {rule.query_mode.value}")
    if not rule.is_active:
        words.append("inactive")
    if rule.last_hit_on is not None:
        words.append(f"used {rule.hits} times, last on {rule.last_hit_on}")
    if rule.note:
        words.append(f"({rule.note})")
    return "  ".join(words)


def _document(rule: "StoredRule") -> dict[str, Any]:
    return {
        "id": rule.id,
        "from": rule.source,
        "to": rule.target,
        "type": rule.type.value,
        "query": rule.query_mode.value,
        "active": rule.is_active,
        "note": rule.note,
        "hits": rule.hits,
        "last_hit_on": None if rule.last_hit_on is None else rule.last_hit_on.isoformat(),
    }
