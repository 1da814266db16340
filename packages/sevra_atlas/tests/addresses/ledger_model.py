"""The ledger of addresses in plain Python: what was done to whom, and what every path must answer.

Written from the words of the decision table, not from the code that it is compared with.
"""

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from sevra_atlas.domain.slugs import slug_key_v1

PREFIXES = {"SALON": "/atlas/salon/", "BLOG_POST": "/blog/post/"}
STATIC = ("/", "/atlas", "/blog", "/search")
READING = ("GET", "HEAD")
_METHOD_KEPT = {301: 308, 302: 307, 307: 307, 308: 308}
_NUMBER = {"GONE_410": 410, "LEGAL_451": 451}


class Ref(NamedTuple):
    """An entity: kind and id."""

    kind: str
    id: int


class Answer(NamedTuple):
    """What a path answers."""

    status: int
    location: str | None = None


@dataclass
class Thing:
    """What the model knows of a salon or a post, in every state it ever had."""

    slug: str
    state: str
    was_public: bool = False
    hidden_as: str = "hidden"
    batch: int | None = None
    successor: Ref | None = None
    former: list[str] = field(default_factory=list)

    @property
    def is_visible(self) -> bool:
        return self.state == "public"

    @property
    def is_live(self) -> bool:
        return self.state in {"public", "hidden", "retired"}


@dataclass
class Rule:
    """A rule: its type, and a target that is an entity, a path, a URL, a prefix with `*`, or nothing."""

    type: str
    target: Ref | str | None
    is_active: bool = True


def encoded(path: str) -> str:
    return quote(path, safe="/-._~")


class LedgerModel:
    """Who holds which path, where everything stands, and every rule by what it speaks for."""

    def __init__(self) -> None:
        self.things: dict[Ref, Thing] = {}
        self.owners: dict[str, Ref] = {}
        self.rules: dict[str, Rule] = {}
        self.once_current: dict[str, Ref] = {}

    def path_of(self, ref: Ref, slug: str | None = None) -> str:
        return PREFIXES[ref.kind] + slug_key_v1(slug or self.things[ref].slug)

    def here(self, ref: Ref) -> str:
        """Return where an entity lives, as it is written in links."""
        return encoded(PREFIXES[ref.kind] + self.things[ref].slug)

    def of(self, kind: str | None = None, *states: str) -> list[Ref]:
        return sorted(
            ref
            for ref, thing in self.things.items()
            if kind in {None, ref.kind} and (not states or thing.state in states)
        )

    def live(self, kind: str | None = None) -> list[Ref]:
        return self.of(kind, "public", "hidden", "retired")

    def may_take(self, path: str, ref: Ref | None) -> bool:
        return path not in self.rules and path not in STATIC and self.owners.get(path, ref) == ref

    def take(self, ref: Ref, slug: str) -> None:
        """Let an entity live at a slug; where it lived leads there."""
        thing = self.things[ref]
        if thing.slug != slug:
            thing.former.append(thing.slug)
        thing.slug = slug
        path = self.path_of(ref)
        self.owners[path] = ref
        self.once_current.setdefault(path, ref)

    def swap(self, one: Ref, other: Ref) -> None:
        first, second = self.things[one], self.things[other]
        first.slug, second.slug = second.slug, first.slug
        self.owners[self.path_of(one)], self.owners[self.path_of(other)] = one, other

    def kinds_of_rows(self) -> dict[str, tuple[str, Ref | None]]:
        """Return the ledger as it must be, routes of the application left out."""
        rows: dict[str, tuple[str, Ref | None]] = {
            path: ("rule", None) for path in self.rules if not path.endswith("*")
        }
        for path, ref in self.owners.items():
            if self.things[ref].state == "purged":
                rows[path] = ("gone", ref)
            else:
                rows[path] = ("current" if self.path_of(ref) == path else "alias", ref)
        return rows

    def meets(self, source: str, target: str) -> bool:
        """Tell whether a prefix rule, or its output, would meet one that is there."""
        others = {
            other: rule for other, rule in self.rules.items() if other.endswith("*") and other != source
        }
        froms = [source, *others]
        outputs = [rule.target for rule in others.values() if isinstance(rule.target, str)]
        met = [(target, known) for known in froms if target.endswith("*")]
        met += [(output, source) for output in outputs if output.endswith("*")]
        return any(one[:-1].startswith(other[:-1]) or other[:-1].startswith(one[:-1]) for one, other in met)

    def answer(self, path: str, raw: str | None = None, method: str = "GET") -> Answer:
        """Return what a canonical path must answer to a visitor who wrote it as `raw`."""
        raw = encoded(path) if raw is None else raw
        reading = method in READING
        if path in self.owners:
            return self._owned(path, raw, reading=reading)
        if path in STATIC:
            return Answer(200) if raw == encoded(path) else Answer(301 if reading else 308, encoded(path))
        rule = self.rules.get(path)
        if rule is not None:
            return self._ruled(rule, "", reading=reading)
        below = [
            source
            for source, rule in self.rules.items()
            if source.endswith("*") and rule.is_active and path.startswith(source[:-1])
        ]
        if not below:
            return Answer(404)
        longest = max(below, key=len)
        return self._ruled(self.rules[longest], path[len(longest) - 1 :], reading=reading)

    def _owned(self, path: str, raw: str, *, reading: bool) -> Answer:
        ref = self.owners[path]
        thing = self.things[ref]
        if thing.state == "purged":
            return Answer(410)
        if not thing.is_visible:
            return self._unseen(thing, 301 if reading else 308)
        here = self.here(ref)
        if path == self.path_of(ref) and raw == here:
            return Answer(200 if reading else 405)
        return Answer(301 if reading else 308, here)

    def _unseen(self, thing: Thing, status: int) -> Answer:
        if not thing.was_public or thing.state == "hidden":
            return Answer(404)
        heir = thing.successor
        if thing.state != "retired" and heir is not None and self.things[heir].is_visible:
            return Answer(status, self.here(heir))
        return Answer(410)

    def _ruled(self, rule: Rule, rest: str, *, reading: bool) -> Answer:
        if not rule.is_active:
            return Answer(404)
        if rule.target is None:
            return Answer(_NUMBER[rule.type])
        number = int(rule.type[-3:])
        status = number if reading else _METHOD_KEPT[number]
        if isinstance(rule.target, Ref):
            thing = self.things[rule.target]
            return Answer(status, self.here(rule.target)) if thing.is_visible else self._unseen(thing, status)
        if not rule.target.endswith("*"):
            return Answer(status, rule.target if "://" in rule.target else encoded(rule.target))
        output = rule.target[:-1] + rest
        beyond = self.answer(output, self._as_linked(output))
        if beyond.status == 200:
            return Answer(status, self._as_linked(output))
        return Answer(status, beyond.location) if beyond.location is not None else beyond

    def _as_linked(self, path: str) -> str:
        """Return a path as the page that lives there writes it."""
        ref = self.owners.get(path)
        lives = ref is not None and self.things[ref].state != "purged" and self.path_of(ref) == path
        return self.here(ref) if lives and ref is not None else encoded(path)
