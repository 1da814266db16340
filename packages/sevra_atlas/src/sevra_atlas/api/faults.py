"""From an exception to an enveloped answer: the one place of the API that knows the framework's errors."""

import re
from typing import Any

import structlog
from litestar import Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from psycopg import OperationalError
from psycopg_pool import PoolClosed, PoolTimeout

from sevra_atlas.api.addressing import RetiredSlug, with_slug
from sevra_atlas.api.errors import ApiError, Issue
from sevra_atlas.api.messages import ApiRequest, failure, request_id_of

_log = structlog.get_logger(__name__)
_BOUND = re.compile(r"Expected `\w+`(?P<length> of length)? (?P<limit>[<>]=? [0-9.]+)")
_MOVED_FOR = "public, max-age=3600"


def answer_fault(request: ApiRequest, fault: Exception) -> Response[Any]:
    """Return the answer to any exception; what nobody foresaw is logged and told without its details."""
    if isinstance(fault, RetiredSlug):
        query = request.scope["query_string"].decode("latin-1")
        location = with_slug(request.scope["path_template"], fault.slug, query)
        return Response(b"", status_code=301, headers={"Location": location, "Cache-Control": _MOVED_FOR})
    error = _as_api_error(fault)
    if error.status >= HTTP_500_INTERNAL_SERVER_ERROR:
        _log.error(
            "request failed",
            request_id=request_id_of(request),
            code=error.code,
            fault=type(fault).__name__,
            exc_info=fault,
        )
    return failure(request, error)


def _as_api_error(fault: Exception) -> ApiError:
    match fault:
        case ApiError():
            return fault
        case ValidationException():
            return ApiError("VALIDATION_ERROR", _issues(fault))
        case MethodNotAllowedException():
            return ApiError("METHOD_NOT_ALLOWED", headers={"Allow": _allowed(fault)})
        case OperationalError() | PoolTimeout() | PoolClosed():
            return ApiError("UNAVAILABLE", headers={"Retry-After": "5"})
        case _:
            return ApiError(_code_of(fault))


def _code_of(fault: Exception) -> str:
    if isinstance(fault, NotFoundException):
        return "NOT_FOUND"
    refused = isinstance(fault, HTTPException) and fault.status_code < HTTP_500_INTERNAL_SERVER_ERROR
    return "VALIDATION_ERROR" if refused else "INTERNAL_ERROR"


def _issues(fault: ValidationException) -> list[Issue]:
    found = fault.extra if isinstance(fault.extra, list) else []
    return [
        Issue(_parameter_name(str(item.get("key", ""))), _expected(str(item.get("message", "not valid"))))
        for item in found
        if isinstance(item, dict)
    ]


def _expected(message: str) -> str:
    """Return a sentence of the decoder without the names of its types: ``Expected `int` <= 100``."""
    bound = _BOUND.fullmatch(message)
    if bound:
        return f"{'a length' if bound['length'] else 'a number'} {bound['limit']} is expected"
    return "a whole number is expected" if message.startswith("Expected `int`") else message


def _parameter_name(name: str) -> str:
    """Return the name of a parameter as the client wrote it: the framework reports that of the argument."""
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)


def _allowed(fault: MethodNotAllowedException) -> str:
    stated = (fault.headers or {}).get("allow", "")
    methods = {method.strip() for method in stated.split(",") if method.strip()}
    # HEAD is answered wherever GET is, in front of the router.
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
