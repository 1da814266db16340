"""The commands of `sevra paths` that change whose an address is."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sevra_atlas.cli.sessions import session_as

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.acting import Act
    from sevra_atlas.domain.addresses.owners import EntityRef

_LONGEST_REASON = 500
_WHOM = "as SALON:17, or by a path it holds"

Path = Annotated[str, typer.Argument(help="The path.", metavar="PATH")]
Entity = Annotated[str, typer.Argument(help=f"The page, {_WHOM}.", metavar="PAGE")]
Other = Annotated[str, typer.Argument(help=f"The other page, {_WHOM}.", metavar="PAGE")]
Slug = Annotated[str, typer.Argument(help="The new slug.", metavar="SLUG")]
Heir = Annotated[
    str | None, typer.Argument(help=f"The page to lead to, {_WHOM}; none takes it back.", metavar="[PAGE]")
]
Actor = Annotated[int | None, typer.Option("--actor", help="User in whose name; must be an administrator.")]


def _short(reason: str | None) -> str | None:
    if reason is not None and len(reason) > _LONGEST_REASON:
        raise typer.BadParameter(f"at most {_LONGEST_REASON} characters")
    return reason


Reason = Annotated[str | None, typer.Option("--reason", help="Why, for the journal.", callback=_short)]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group `paths`."""
    for command, example in (
        (rename, "rename SALON:17 roya-beauty"),
        (transfer, "transfer /atlas/salon/roya SALON:18 --reason merged"),
        (swap, "swap SALON:17 SALON:18"),
        (reclaim, "reclaim /atlas/salon/roya"),
        (successor, "successor SALON:17 SALON:18"),
    ):
        app.command(epilog=f"Example: [bold]sevra paths {example}[/bold]")(command)


def rename(
    page: Entity,
    slug: Slug,
    reason: Reason = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Give a page another slug; its former address leads to the new one."""
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.addresses.administrators import require_administrator
    from sevra_atlas.domain.addresses.owners import current_path
    from sevra_atlas.domain.addresses.renaming import rename as renamed
    from sevra_atlas.domain.addresses.renaming import row_of

    act = _act(actor, reason)
    with session_as("app", Session) as session, session.begin():
        require_administrator(session, act)
        entity = _entity(session, page)
        before = current_path(session, entity)
        renamed(session, row_of(session, entity), slug=slug, act=act, is_staff=True)
        after = current_path(session, entity)
    _say(as_json, f"{before} → {after}", entity=str(entity), before=before, after=after)


def transfer(
    path: Path,
    page: Entity,
    reason: Reason = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Give a former address to another page; a present one is renamed or swapped instead."""
    from sevra_atlas.domain.addresses.counts import KEPT_DAYS, recent_uses
    from sevra_atlas.domain.addresses.moving import transfer as transferred
    from sevra_atlas.domain.addresses.owners import find_holder

    with _maintaining() as session, session.begin():
        taker = _entity(session, page)
        holder = find_holder(session, path)
        giver = None if holder is None or holder.owner is None else str(holder.owner)
        uses = 0 if holder is None else recent_uses(session, holder.path)
        if not as_json:
            typer.echo(f"used {uses} times in the last {KEPT_DAYS} days")
        key = transferred(session, path, taker, _act(actor, reason))
    _say(as_json, f"{key}: {giver} → {taker}", path=key, giver=giver, taker=str(taker), uses=uses)


def swap(
    page: Entity,
    other: Other,
    reason: Reason = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Exchange the addresses of two pages of one kind; former addresses stay where they are."""
    from sevra_atlas.domain.addresses.moving import swap as swapped
    from sevra_atlas.domain.addresses.owners import current_path

    with _maintaining() as session, session.begin():
        both = (_entity(session, page), _entity(session, other))
        swapped(session, *both, _act(actor, reason))
        now = {str(entity): current_path(session, entity) for entity in both}
    _say(as_json, "\n".join(f"{entity}: {path}" for entity, path in now.items()), pages=now)


def reclaim(
    path: Path,
    reason: Reason = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Free a path whose page was purged, so that another page may take it."""
    from sevra_atlas.domain.addresses.moving import reclaim as reclaimed

    with _maintaining() as session, session.begin():
        key = reclaimed(session, path, _act(actor, reason))
    _say(as_json, f"{key} is free", path=key)


def successor(
    page: Entity,
    heir: Heir = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say where the addresses of a page lead once it is deleted."""
    from sevra_atlas.domain.addresses.moving import set_successor

    with _maintaining() as session, session.begin():
        entity = _entity(session, page)
        named = None if heir is None else _entity(session, heir)
        set_successor(session, entity, named, _act(actor, None))
    told = f"{entity} leads nowhere once it is deleted" if named is None else f"{entity} → {named}"
    _say(as_json, told, entity=str(entity), successor=None if named is None else str(named))


def _maintaining() -> Any:
    from sevra_atlas.domain.sessions import TrashSession

    return session_as("maintenance", TrashSession)


def _entity(session: "Session", text: str) -> "EntityRef":
    """Return the page that a person names. Raises NotFoundError."""
    from sevra_atlas.domain.addresses.owners import entity_ref, find_holder
    from sevra_atlas.domain.errors import NotFoundError

    named = entity_ref(text)
    if named is not None:
        return named
    holder = find_holder(session, text)
    if holder is None or holder.owner is None:
        raise NotFoundError("page", text)
    return holder.owner


def _act(actor: int | None, reason: str | None) -> "Act":
    from sevra_atlas.domain.acting import Act

    return Act(actor, reason)


def _say(as_json: bool, sentence: str, **facts: Any) -> None:  # noqa: FBT001 - the flag of the command
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else sentence)
