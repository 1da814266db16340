"""What the ledger of addresses refuses."""

from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.domain.errors import ConflictError, DomainError, InvalidInputError


class InvalidPathError(InvalidInputError):
    """A path cannot be one of this site."""

    field = "from"
    hint = "write a path of this site that begins with a slash; `/*` at its end stands for all below it"

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path!r} cannot be a path of this site"


class LocalizedPathError(InvalidPathError):
    """A path is the address of one language, and rules are written for the path that all languages share."""

    hint = "write the path without '/en': the rule counts for both languages"

    def __str__(self) -> str:
        return f"{self.path!r} is an address in one language, for which there are no rules"


class PathInUseError(ConflictError):
    """A path belongs to a page, a route or another rule; `kind` is what it is, `owner` whose it is."""

    code = "PATH_IN_USE"
    hint = "choose another path, or change what stands there"

    def __init__(self, path: str, kind: str, owner: EntityRef | None = None) -> None:
        super().__init__(path, kind, owner)
        self.path, self.kind, self.owner = path, kind, owner

    def __str__(self) -> str:
        holder = f" of {self.owner}" if self.owner is not None else ""
        return f"{self.path!r} is in use, as {self.kind}{holder}"


class TargetNotAllowedError(InvalidInputError):
    """A redirect may not lead there."""

    code = "TARGET_NOT_ALLOWED"
    field = "to"

    def __init__(self, target: str, reason: str, hint: str | None = None) -> None:
        super().__init__(target, reason, hint)
        self.target, self.reason, self.hint = target, reason, hint

    def __str__(self) -> str:
        return f"a redirect cannot lead to {self.target!r}: {self.reason}"


class CurrentPathError(ConflictError):
    """The present address of an entity does not change hands; only a former one does."""

    hint = "rename the entity first, or swap the addresses of two"

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path!r} is no former address of anything"


class NotGoneError(ConflictError):
    """Only a path whose entity was purged can be freed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path!r} is in use and not gone"


class NoPageError(InvalidInputError):
    """The entity has no address of its own, so nothing can lead to it."""

    field = "to"
    hint = "name a salon, an artist, a place, or a page of the blog"

    def __init__(self, entity: EntityRef) -> None:
        super().__init__(entity)
        self.entity = entity

    def __str__(self) -> str:
        return f"{self.entity} has no page"


class SameEntityError(InvalidInputError):
    """Two different entities were asked for."""

    field = "to"

    def __init__(self, entity: EntityRef) -> None:
        super().__init__(entity)
        self.entity = entity

    def __str__(self) -> str:
        return f"{self.entity} cannot take the place of itself"


class RoleRequiredError(DomainError):
    """The actor is no live, active administrator."""

    code = "ROLE_REQUIRED"

    def __init__(self, actor_id: int) -> None:
        super().__init__(actor_id)
        self.actor_id = actor_id

    def __str__(self) -> str:
        return f"user {self.actor_id} is no administrator"
