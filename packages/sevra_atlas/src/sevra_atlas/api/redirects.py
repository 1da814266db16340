"""`/seo/redirects/resolve`: what the site answers at a path, for clients that render pages themselves."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from litestar import Response, get
from litestar.params import QueryParameter

from sevra_atlas.api.documented import LIST_ANSWERS
from sevra_atlas.api.errors import invalid
from sevra_atlas.api.messages import ApiRequest, Meta, Wire, answer
from sevra_atlas.api.serving import reading
from sevra_atlas.domain.resolution import Gone, Redirect
from sevra_atlas.domain.slugs import decode_path, encode_path
from sevra_atlas.reads.resolve import resolve_path

RedirectType = Literal["PERMANENT_301", "TEMPORARY_302", "TEMPORARY_307", "PERMANENT_308"]

_TYPES: dict[int, RedirectType] = {
    301: "PERMANENT_301",
    302: "TEMPORARY_302",
    307: "TEMPORARY_307",
    308: "PERMANENT_308",
}


class PathRedirect(Wire, frozen=True, kw_only=True):
    """Where a path leads, in one hop."""

    to_path: str
    type: RedirectType
    status: int


class PathAnswer(Wire, frozen=True, kw_only=True):
    """What a path answers: a redirect, gone, or neither."""

    redirect: PathRedirect | None
    gone: bool


class ResolvedPath(Wire, frozen=True, kw_only=True):
    """The answer for one path."""

    success: bool
    data: PathAnswer
    meta: Meta


@get(
    "/seo/redirects/resolve",
    summary="What a path of the site answers",
    operation_id="resolveRedirect",
    responses=LIST_ANSWERS,
    tags=["seo"],
)
async def resolve_redirect(
    request: ApiRequest,
    path: Annotated[str, QueryParameter(name="path", description="A path of the site.", max_length=8192)],
) -> Response[ResolvedPath]:
    """Return the redirect at a path, or whether it is gone; a hidden page is neither."""
    if not path.startswith("/"):
        raise invalid("path", "a path begins with a slash")
    plain = urlsplit("//site" + path).path
    # A client may send the path as people read it or as a request line holds it; both mean the same here.
    raw_path = encode_path(decode_path(plain) or plain)
    async with reading(request) as connection:
        outcome = await resolve_path(connection, raw_path)
    redirect = None
    if isinstance(outcome, Redirect):
        redirect = PathRedirect(to_path=outcome.location, type=_TYPES[outcome.status], status=outcome.status)
    return answer(request, PathAnswer(redirect=redirect, gone=isinstance(outcome, Gone)))
