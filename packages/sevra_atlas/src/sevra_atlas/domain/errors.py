"""What the domain refuses: a class per situation, facts as attributes, `code` as the API names it.

No HTTP status stands here; the API has one table of them.
"""

from typing import ClassVar

from sqlalchemy.exc import DBAPIError


class DomainError(Exception):
    """Something the rules of use refuse. `str(error)` is one sentence; `hint` an imperative that mends it."""

    code: ClassVar[str] = "ERROR"
    hint: str | None = None


class ConflictError(DomainError):
    """The request is well formed and does not fit what is there."""

    code = "CONFLICT"


class InvalidInputError(DomainError):
    """The request itself is wrong; `field` names where."""

    code = "VALIDATION_ERROR"
    field: str


class NotFoundError(DomainError):
    """There is no live row of that kind and id."""

    code = "NOT_FOUND"

    def __init__(self, kind: str, key: int | str) -> None:
        super().__init__(kind, key)
        self.kind, self.key = kind, key

    def __str__(self) -> str:
        return f"there is no {self.kind} {self.key!r}"


class InvalidSlugError(InvalidInputError):
    """A slug holds what no address may hold, or is not one."""

    field = "slug"
    hint = "use letters, digits and single hyphens"

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(slug, reason)
        self.slug, self.reason = slug, reason

    def __str__(self) -> str:
        return f"{self.slug!r} cannot be a slug: {self.reason}"


class SlugTakenError(ConflictError):
    """Another row answers, or once answered, at this address.

    `owner` is that row, as `SALON:17`, where the actor may know of it; `suggestions` were free a moment ago.
    """

    code = "SLUG_TAKEN"

    def __init__(
        self, kind: str, slug: str, suggestions: tuple[str, ...] = (), owner: str | None = None
    ) -> None:
        super().__init__(kind, slug, suggestions, owner)
        self.kind, self.slug, self.suggestions, self.owner = kind, slug, suggestions, owner
        if suggestions:
            *others, last = map(repr, suggestions)
            self.hint = f"take {', '.join(others)} or {last}" if others else f"take {last}"

    def __str__(self) -> str:
        holder = f" by {self.owner}" if self.owner is not None else ""
        return f"{self.kind} slug {self.slug!r} is already in use{holder}"


class VersionConflictError(ConflictError):
    """Somebody else changed the row first."""

    code = "VERSION_CONFLICT"
    hint = "read the row again and repeat the change"

    def __init__(self, kind: str, key: int) -> None:
        super().__init__(kind, key)
        self.kind, self.key = kind, key

    def __str__(self) -> str:
        return f"{self.kind} {self.key} was changed meanwhile"


class InUseError(ConflictError):
    """Live rows refer to the row and keep it from the trash."""

    code = "IN_USE"

    def __init__(self, kind: str, key: int, constraint: str) -> None:
        super().__init__(kind, key, constraint)
        self.kind, self.key, self.constraint = kind, key, constraint
        self.hint = f"delete what refers to the {kind} first"

    def __str__(self) -> str:
        return f"{self.kind} {self.key} is still referred to ({self.constraint})"


class LastAdminError(ConflictError):
    """Nobody could administer the platform any more."""

    def __str__(self) -> str:
        return "the last administrator can be neither demoted, suspended nor deleted"


class NotInTrashError(ConflictError):
    """A deletion batch is unknown, restored, archived or purged."""

    def __init__(self, batch: int) -> None:
        super().__init__(batch)
        self.batch = batch

    def __str__(self) -> str:
        return f"deletion batch {self.batch} is not in the trash"


class RestoreConflictError(ConflictError):
    """A row cannot come back: its parent is still deleted, or its place is taken."""

    code = "RESTORE_CONFLICT"

    def __init__(self, batch: int, constraint: str, detail: str) -> None:
        super().__init__(batch, constraint, detail)
        self.batch, self.constraint, self.detail = batch, constraint, detail

    def __str__(self) -> str:
        return f"deletion batch {self.batch} cannot be restored: {self.detail}"


def violated(error: DBAPIError) -> str | None:
    """Return the name of the constraint a database error speaks of."""
    diagnosis = getattr(error.orig, "diag", None)
    name: str | None = getattr(diagnosis, "constraint_name", None)
    return name


def sqlstate(error: DBAPIError) -> str | None:
    """Return the SQLSTATE of a database error."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


def primary_message(error: DBAPIError) -> str:
    """Return the server's own sentence, which may be in the server's language."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or error.orig)
