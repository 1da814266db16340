"""What every operation refuses before it looks at its own input."""

import re
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeAlias, get_args

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from sevra_atlas.api.errors import ApiError, Issue, invalid

Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]

_SCHEME = "bearer"
_NUMBER = re.compile(r"[+-]?[0-9]{1,32}(\.[0-9]{1,32})?")


def refuse_wrong_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raise ApiError for a query parameter that is not declared, given twice, missing, or no number.

    A value outside a fixed list is refused here too, so that the answer can name the list.
    """
    declared = _declared(handler)
    given = list(connection.query_params.multi_items())
    names = [name for name, _ in given]
    for name, value in given:
        if name not in declared:
            raise ApiError("UNKNOWN_PARAMETER", [Issue(name, "unknown parameter")])
        if names.count(name) > 1:
            raise invalid(name, "given more than once")
        declared[name].check(name, value)
    for name, parameter in declared.items():
        if parameter.is_required and name not in names:
            raise invalid(name, "is required")


def refuse_tokens(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Raise ApiError for a token: none can be valid yet, and an invalid one is never ignored."""
    header = connection.headers.get("authorization")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    code = "TOKEN_INVALID" if scheme.lower() == _SCHEME and token.strip() else "UNAUTHORIZED"
    raise ApiError(code, headers={"WWW-Authenticate": "Bearer"})


@dataclass(frozen=True)
class _Parameter:
    """What an operation declares of a query parameter."""

    is_required: bool
    is_number: bool
    values: tuple[str, ...]

    def check(self, name: str, value: str) -> None:
        if self.values and value not in self.values:
            raise invalid(name, f"one of {', '.join(self.values)} is expected")
        # The framework reads `null` as an absent number and `1e3` as a whole one: a typing error would be
        # answered as if nobody had made it.
        if self.is_number and not _NUMBER.fullmatch(value):
            raise invalid(name, "a number is expected")


@cache
def _declared(handler: BaseRouteHandler) -> dict[str, _Parameter]:
    """Return the query parameters in the signature of a handler by their names."""
    found = {}
    for name, field in handler.parsed_fn_signature.parameters.items():
        if isinstance(field.kwarg_definition, QueryParameter):
            kinds = [kind for kind in (field.args or (field.annotation,)) if kind is not NoneType]
            found[field.kwarg_definition.name or name] = _Parameter(
                is_required=not field.has_default,
                is_number=bool({int, float} & {*kinds}),
                values=tuple(value for kind in kinds for value in get_args(kind)),
            )
    return found
