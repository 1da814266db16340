"""The answers other than success, as the OpenAPI document lists them."""

from collections.abc import Mapping

from litestar.openapi.datastructures import ResponseSpec

from sevra_atlas.api.messages import Failure

_SAID = {
    400: "A value is wrong or a parameter is unknown.",
    401: "A token was given that is not valid.",
    403: "Only those who edit the blog may see this.",
    404: "Nothing that may be seen has this address.",
    405: "The address does not answer this method.",
    410: "It was public and is deleted.",
    503: "The database does not answer; try again after `Retry-After` seconds.",
}


def _failures(*statuses: int) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(Failure, description=_SAID[status], generate_examples=False)
        for status in statuses
    }


def _empty(description: str) -> ResponseSpec:
    return ResponseSpec(None, description=description, generate_examples=False)


_HELD = {304: _empty("The client already holds this answer.")}
_MOVED = {301: _empty("A retired slug; `Location` is the same operation with the present one.")}

LIST_ANSWERS: Mapping[int, ResponseSpec] = _HELD | _failures(400, 401, 503)
OBJECT_ANSWERS: Mapping[int, ResponseSpec] = _HELD | _MOVED | _failures(400, 401, 404, 410, 503)
EDITED_LIST_ANSWERS: Mapping[int, ResponseSpec] = {**LIST_ANSWERS, **_failures(403)}
EDITED_OBJECT_ANSWERS: Mapping[int, ResponseSpec] = {**OBJECT_ANSWERS, **_failures(403)}
NUMBERED_OBJECT_ANSWERS: Mapping[int, ResponseSpec] = _HELD | _failures(400, 401, 404, 410, 503)
PLAIN_ANSWERS: Mapping[int, ResponseSpec] = _failures(400, 401)
