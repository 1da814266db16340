"""`sevra paths`: what a path answers and why; addresses that change, move and come back."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sevra_atlas.cli import paths_changes, paths_files, paths_rules
from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.sessions import session_as

if TYPE_CHECKING:
    from sevra_atlas.domain.addresses.journal import PathEvent
    from sevra_atlas.domain.resolution import Outcome
    from sevra_atlas.reads.resolve import Resolution

app = typer.Typer(no_args_is_help=True, help="Addresses: what answers where, and how that changes.")

Path = Annotated[
    str, typer.Argument(help="A path of the site, as people or browsers write it.", metavar="PATH")
]
Method = Annotated[str, typer.Option("--method", help="Of the request.")]
Query = Annotated[str, typer.Option("--query", help="Query string of the request, without its mark.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


@app.command(epilog="Example: [bold]sevra paths resolve /atlas/salon/roya[/bold]")
def resolve(
    path: Path,
    method: Method = "GET",
    query: Query = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say what a visitor gets at a path: a page, one redirect, gone, or not found."""
    answer = _answer(_resolved(path, method, query).outcome)
    if as_json:
        typer.echo(json.dumps({"path": path, **answer}, ensure_ascii=False))
    else:
        typer.echo(_sentence(answer))


@app.command(epilog="Example: [bold]sevra paths explain /atlas/salon/roya[/bold]")
def explain(
    path: Path,
    method: Method = "GET",
    query: Query = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say what a path answers, which row of the decision table says so, and who held the path before."""
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.addresses.journal import journal_of

    resolution = _resolved(path, method, query)
    events: tuple[PathEvent, ...] = ()
    if resolution.key is not None:
        with session_as("app", Session) as session:
            events = journal_of(session, resolution.key)
    document = _explanation(path, resolution, events)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for name, value in document.items():
        if isinstance(value, dict):
            typer.echo(f"{name + ':':<10}{_sentence(value)}")
        elif not isinstance(value, list) and value is not None:
            typer.echo(f"{name + ':':<10}{value}")
    for event in document["journal"]:
        typer.echo("  " + _event_line(event))


def _resolved(path: str, method: str, query: str) -> "Resolution":
    from psycopg import AsyncConnection

    from sevra_atlas.domain.slugs import decode_path, encode_path
    from sevra_atlas.reads.resolve import resolved

    # A person writes letters where a browser sends escapes; both mean the same here.
    decoded = decode_path(path)
    raw_path = path if decoded is None else encode_path(decoded)

    async def once(url: str) -> "Resolution":
        async with await AsyncConnection.connect(url) as connection:
            return await resolved(connection, raw_path, method.upper(), query=query)

    with opened() as source:
        return asyncio.run(once(role_url(source.urls(), "app")))


def _answer(outcome: "Outcome") -> dict[str, Any]:
    from sevra_atlas.domain.resolution import Found, Gone, MethodNotAllowed, Redirect, Static

    match outcome:
        case Found():
            return {"status": 200, "entity": f"{outcome.entity_type}:{outcome.entity_id}"}
        case Static():
            return {"status": 200, "route": outcome.path}
        case Redirect():
            return {"status": outcome.status, "location": outcome.location}
        case Gone():
            return {"status": outcome.status}
        case MethodNotAllowed():
            return {"status": 405}
        case _:
            return {"status": 404}


def _sentence(answer: dict[str, Any]) -> str:
    facts = " ".join(str(value) for name, value in answer.items() if name != "status")
    arrow = "to " if "location" in answer else ""
    return f"{answer['status']} {arrow}{facts}".rstrip()


def _explanation(path: str, resolution: "Resolution", events: "tuple[PathEvent, ...]") -> dict[str, Any]:
    from sevra_atlas.domain.addresses.reasons import REASONS

    row = resolution.row
    owner = f"{row.entity_type}:{row.entity_id}" if row is not None and row.entity_id is not None else None
    return {
        "path": path,
        "key": resolution.key,
        "answer": _answer(resolution.outcome),
        "row": resolution.rule,
        "reason": REASONS[resolution.rule],
        "kind": None if row is None else "prefix" if row.rest is not None else row.kind,
        "rule": None if row is None or row.rule_type is None else f"{row.rule_source} {row.rule_type}",
        "entity": owner,
        "state": None if row is None else row.state,
        "forward": None if resolution.forward is None else resolution.forward.key,
        "journal": [
            {
                "at": event.changed_at.isoformat(timespec="seconds"),
                "event": event.event,
                "entity": str(event.entity),
                "old_slug": event.old_slug,
                "new_slug": event.new_slug,
                "actor_id": event.actor_id,
                "reason": event.reason,
                "request_id": event.request_id,
            }
            for event in events
        ],
    }


def _event_line(event: dict[str, Any]) -> str:
    words = [event["at"], event["event"], event["entity"]]
    words.append(
        event["new_slug"] if event["old_slug"] is None else f"{event['old_slug']} → {event['new_slug']}"
    )
    if event["actor_id"] is not None:
        words.append(f"by user {event['actor_id']}")
    if event["reason"]:
        words.append(f"({event['reason']})")
    return "  ".join(words)


paths_changes.add_to(app)
paths_files.add_to(app)
app.add_typer(paths_rules.app, name="rule")
