"""What every operation refuses before it looks at its own input."""

from functools import cache
from typing import Any, TypeAlias

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from sevra_atlas.api.errors import ApiError, Issue

Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]

_SCHEME = "bearer"


def refuse_unknown_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raise ApiError for a query parameter that the operation does not declare, or that is given twice."""
    known = _declared(handler)
    names = [name for name, _ in connection.query_params.multi_items()]
    for name in names:
        if name not in known:
            raise ApiError("UNKNOWN_PARAMETER", [Issue(name, "unknown parameter")])
        if names.count(name) > 1:
            raise ApiError("VALIDATION_ERROR", [Issue(name, "given more than once")])


def refuse_tokens(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Raise ApiError for a token: none can be valid yet, and an invalid one is never ignored."""
    header = connection.headers.get("authorization")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    code = "TOKEN_INVALID" if scheme.lower() == _SCHEME and token.strip() else "UNAUTHORIZED"
    raise ApiError(code, headers={"WWW-Authenticate": "Bearer"})


@cache
def _declared(handler: BaseRouteHandler) -> frozenset[str]:
    """Return the names of the query parameters in the signature of a handler."""
    names = set()
    for name, field in handler.parsed_fn_signature.parameters.items():
        if isinstance(field.kwarg_definition, QueryParameter):
            names.add(field.kwarg_definition.name or name)
    return frozenset(names)
