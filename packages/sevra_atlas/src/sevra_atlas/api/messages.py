"""The envelope of every answer, and how an answer is written: request id, validators, language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, cast

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.status_codes import HTTP_400_BAD_REQUEST
from msgspec import Meta as Described

from sevra_atlas.api.errors import CODES, ApiError, Language
from sevra_atlas.conditional import holds, http_date, weak_etag

ApiRequest = Request[Any, Any, State]

PUBLIC_CACHE = "public, max-age=60"
VARY = "Accept-Language, Authorization, Origin"
JSON = "application/json"


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A shape of the contract; keys are camelCase and always present."""


class Pagination(Wire, frozen=True, kw_only=True):
    """Where a page stands in its list."""

    page: Annotated[int | None, Described(description="Number of the page; null when a cursor was used.")]
    page_size: int
    total: Annotated[int, Described(description="Exact up to 10,000.")]
    total_pages: int
    next_cursor: Annotated[str | None, Described(description="Names the next page; null on the last one.")]
    total_capped: Annotated[bool, Described(description="Whether there are more than `total`.")]


class Meta(Wire, frozen=True, kw_only=True):
    """Facts about an answer."""

    request_id: str


class PagedMeta(Wire, frozen=True, kw_only=True):
    """Facts about an answer that is one page of a list."""

    request_id: str
    pagination: Pagination


class SearchMeta(Wire, frozen=True, kw_only=True):
    """Facts about an answer of the search."""

    request_id: str
    reason: Annotated[
        Literal["EMPTY_QUERY"] | None, Described(description="Why nothing was looked for; else null.")
    ]
    dropped_words: Annotated[int, Described(description="Words after the sixteenth, which were left out.")]


class Detail(Wire, frozen=True, kw_only=True):
    """What is wrong with one input."""

    path: str
    issue: str


class ErrorBody(Wire, frozen=True, kw_only=True):
    """The code of a failure, stable for ever, and its sentence in the language of the request."""

    code: str
    message: str
    details: list[Detail] | dict[str, Any]


class Failure(Wire, frozen=True, kw_only=True):
    """Any answer that is not a success."""

    success: Literal[False]
    message: str
    error: ErrorBody
    data: None
    meta: Meta


class _Envelope(Wire, frozen=True, kw_only=True):
    success: bool
    data: msgspec.Raw
    meta: Meta | PagedMeta | SearchMeta


_encoder = msgspec.json.Encoder(decimal_format="number", uuid_format="canonical")


def request_id_of(request: ApiRequest) -> str:
    """Return the id of this request, as its answer and its log lines carry it."""
    return cast("str", request.scope["state"]["request_id"])


def language_of(request: ApiRequest) -> Language:
    """Return the language that the client prefers among Persian and English; Persian when it says nothing."""
    best: tuple[float, int, Language] = (0.0, 0, "fa")
    for place, part in enumerate(request.headers.get("accept-language", "").split(",")):
        # White space may stand around the semicolon, and the weight is of either case (RFC 9110, 12.4.2).
        tag, _, quality = "".join(part.split()).lower().partition(";q=")
        primary = tag.split("-")[0]
        if primary in {"fa", "en"}:
            best = max(best, (_quality(quality), -place, cast("Language", primary)))
    return best[2]


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def answer(  # noqa: PLR0913 (what an answer may say)
    request: ApiRequest,
    data: Any,
    *,
    pagination: Pagination | None = None,
    modified: datetime | None = None,
    beside: Sequence[str] = (),
    meta: SearchMeta | None = None,
) -> Response[Any]:
    """Return a public answer with its validators; 304 without a body when the client already holds it.

    The fields of `data` that are named `beside` stand beside the envelope too: some clients read them there.
    """
    body = _encoder.encode(data)
    tag = weak_etag(body, b"" if pagination is None else _encoder.encode(pagination))
    headers = {"ETag": tag, "Cache-Control": PUBLIC_CACHE, "Vary": VARY}
    if modified is not None:
        headers["Last-Modified"] = http_date(modified)
    # `If-Modified-Since` is not asked: a new review changes an answer without a change of the row's own time.
    if holds(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    request_id = request_id_of(request)
    facts: Meta | PagedMeta | SearchMeta = meta or Meta(request_id=request_id)
    if pagination is not None:
        facts = PagedMeta(request_id=request_id, pagination=pagination)
    envelope = _Envelope(success=True, data=msgspec.Raw(body), meta=facts)
    whole = msgspec.structs.asdict(envelope) | {name: getattr(data, name) for name in beside}
    return Response(_encoder.encode(whole if beside else envelope), media_type=JSON, headers=headers)


def live_answer(request: ApiRequest, data: Any, *, status: int = 200) -> Response[Any]:
    """Return an answer that nobody may keep: a state of this moment."""
    envelope = _Envelope(
        success=status < HTTP_400_BAD_REQUEST,
        data=msgspec.Raw(_encoder.encode(data)),
        meta=Meta(request_id=request_id_of(request)),
    )
    return Response(
        _encoder.encode(envelope), status_code=status, media_type=JSON, headers={"Cache-Control": "no-store"}
    )


def failure(request: ApiRequest, error: ApiError) -> Response[Any]:
    """Return the enveloped answer of an error."""
    sentence = CODES[error.code].sentence(language_of(request))
    details: list[Detail] | dict[str, Any] = (
        [Detail(path=issue.path, issue=issue.issue) for issue in error.details]
        if isinstance(error.details, list)
        else dict(error.details or {})
    )
    body = Failure(
        success=False,
        message=sentence,
        error=ErrorBody(code=error.code, message=sentence, details=details),
        data=None,
        meta=Meta(request_id=request_id_of(request)),
    )
    headers = {"Cache-Control": _KEPT.get(error.status, "no-store"), "Vary": VARY, **error.headers}
    return Response(_encoder.encode(body), status_code=error.status, media_type=JSON, headers=headers)


_KEPT = {404: "public, max-age=60", 410: "public, max-age=600"}
