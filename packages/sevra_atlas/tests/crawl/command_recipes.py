"""How each command is run for all that it can show, or why no deleted row can come out of it."""

from collections.abc import Mapping
from dataclasses import dataclass

Arguments = tuple[str, ...]


@dataclass(frozen=True)
class Apart:
    """A command that is not run, and why."""

    because: str


_SERVES = Apart("what it serves is crawled route by route")
_MODELS = Apart("reads files and catalogues, and no row of a table")
_CHANGES = Apart("changes the schema or its ledger, and prints their names alone")
_WHOLE = Apart("copies the database as a whole, the trash with it, and prints names and sizes")
_TRASH = Apart("the trash is where deleted rows are shown")
_LEDGER = Apart("shows an operator the ledger of addresses, which keeps those of the deleted for ever")
_ASKS = Apart("asks a site that runs, which is crawled route by route")
_QUEUE = Apart("tells of one job in the queue, which holds ids alone")
_OWN_WORDS = Apart("hands a role to a person, and the leak matrix holds for each role")

COMMAND_RECIPES: Mapping[str, Apart | tuple[Arguments, ...]] = {
    "up": _SERVES,
    "down": _SERVES,
    "serve": _SERVES,
    "doctor": ((), ("--json",)),
    "migrate new": _MODELS,
    "migrate check": _MODELS,
    "migrate explain": _MODELS,
    "migrate trace": _MODELS,
    "migrate diff": _MODELS,
    "migrate status": ((), ("--json",)),
    "migrate precheck": ((), ("--json",)),
    "migrate deploy": (("--dry-run",), ("--dry-run", "--json")),
    "migrate verify": ((), ("--json",)),
    "migrate janitor": ((), ("--json",)),
    "migrate resume": _CHANGES,
    "migrate backfill status": ((), ("--json",)),
    "migrate backfill pause": _CHANGES,
    "migrate backfill resume": _CHANGES,
    "migrate rollback": _CHANGES,
    "migrate resolve": _CHANGES,
    "migrate baseline": _CHANGES,
    "migrate adopt prisma": _CHANGES,
    "migrate adopt alembic": _CHANGES,
    "backup create": _WHOLE,
    "backup list": ((), ("--json",)),
    "backup verify": _WHOLE,
    "backup restore": _WHOLE,
    "backup prune": _WHOLE,
    "backup drill": _WHOLE,
    "demo load": Apart("writes rows and prints their numbers"),
    "db url": (("--role", "readonly"),),
    "db psql": _OWN_WORDS,
    "db shell": _OWN_WORDS,
    "schema describe": _MODELS,
    "schema diagram": _MODELS,
    "search rebuild": (("--json",),),
    "paths resolve": _LEDGER,
    "paths explain": _LEDGER,
    "paths rename": _LEDGER,
    "paths transfer": _LEDGER,
    "paths swap": _LEDGER,
    "paths reclaim": _LEDGER,
    "paths successor": _LEDGER,
    "paths rule add": _LEDGER,
    "paths rule edit": _LEDGER,
    "paths rule list": _LEDGER,
    "paths rule remove": _LEDGER,
    "paths import": _LEDGER,
    "paths export": _LEDGER,
    "work": Apart("runs jobs, which print their names and numbers"),
    "jobs list": ((), ("--json",)),
    "jobs dead": ((), ("--json",)),
    "jobs show": _QUEUE,
    "jobs retry": _QUEUE,
    "jobs run": _QUEUE,
    "jobs catalogue": _MODELS,
    "sitemap build": ((),),
    "sitemap lint": _ASKS,
    "seo lint": _ASKS,
    "retention plan": ((), ("--json",)),
    "retention run": Apart("moves rows to the archive and prints numbers"),
    "retention restore": Apart("brings rows back from the archive and prints numbers"),
    "retention export": Apart("writes the archive to files and prints months and numbers"),
    "retention erase": Apart("empties the rows of a person and prints numbers"),
    "retention verify": ((), ("--json",)),
    "retention hold set": _TRASH,
    "retention hold list": _TRASH,
    "retention hold lift": _TRASH,
    "trash list": _TRASH,
    "trash show": _TRASH,
    "trash restore": _TRASH,
}
