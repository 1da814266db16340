"""The one table of error codes: status and sentence of each, in Persian and in English."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["fa", "en"]


class ApiError(Exception):
    """An answer other than success, by its code; `details` are facts for the client, never internals."""

    def __init__(
        self,
        code: str,
        details: "list[Issue] | dict[str, object] | None" = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """Return the HTTP status of the code."""
        return CODES[self.code].status


@dataclass(frozen=True)
class Issue:
    """What is wrong with one input: the name of a parameter and a sentence."""

    path: str
    issue: str


@dataclass(frozen=True)
class Code:
    """An error code: its status and its sentence for people."""

    status: int
    fa: str
    en: str

    def sentence(self, language: Language) -> str:
        """Return the sentence in a language."""
        return self.en if language == "en" else self.fa


CODES: dict[str, Code] = {
    "VALIDATION_ERROR": Code(400, "مقدار یکی از ورودی‌ها درست نیست.", "An input has a wrong value."),
    "INVALID_ID": Code(
        400,
        "شناسه باید عددی از ۱ تا ۹۲۲۳۳۷۲۰۳۶۸۵۴۷۷۵۸۰۷ باشد.",
        "An id is a number from 1 to 9223372036854775807.",
    ),
    "UNKNOWN_PARAMETER": Code(
        400, "این درخواست چنین پارامتری ندارد.", "This operation has no such parameter."
    ),
    "INVALID_CURSOR": Code(
        400, "نشانگر صفحه به این فهرست تعلق ندارد.", "The cursor does not belong to this list."
    ),
    "PAGE_TOO_DEEP": Code(
        400,
        "این صفحه بیش از اندازه دور است؛ با cursor ادامه دهید.",
        "This page is too deep; continue with the cursor.",
    ),
    "UNAUTHORIZED": Code(401, "سرآیند Authorization درست نیست.", "The Authorization header is not valid."),
    "TOKEN_INVALID": Code(401, "این توکن معتبر نیست.", "This token is not valid."),
    "FORBIDDEN": Code(403, "اجازه این کار را ندارید.", "You may not do this."),
    "NOT_FOUND": Code(404, "چیزی با این نشانی پیدا نشد.", "Nothing was found at this address."),
    "METHOD_NOT_ALLOWED": Code(
        405, "این نشانی چنین عملی ندارد.", "This address does not answer that method."
    ),
    "GONE": Code(410, "این مورد حذف شده است.", "This item was deleted."),
    "INTERNAL_ERROR": Code(500, "خطایی در سرور رخ داد.", "Something went wrong on the server."),
    "UNAVAILABLE": Code(
        503,
        "سرویس هم‌اکنون در دسترس نیست؛ کمی بعد دوباره بکوشید.",
        "The service is unavailable; try again shortly.",
    ),
}


def invalid(path: str, issue: str) -> ApiError:
    """Return the error for one wrong input."""
    return ApiError("VALIDATION_ERROR", [Issue(path, issue)])
