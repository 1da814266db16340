"""The languages of the pages: the texts of each from one catalogue, its numbers and dates.

Texts stand in the templates and the code in Persian; `locale/en.po` holds their English ones. What the
catalogue lacks would be shown in Persian, so a test compares it with what the code asks for.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Protocol, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sevra_atlas.domain import languages
from sevra_atlas.reads.opening import Minutes
from sevra_atlas.site import english, persian


class Forms(Protocol):
    """How a language writes numbers, money and time; a module of functions."""

    WEEKDAYS: tuple[str, ...]

    def digits(self, text: object, /) -> str:
        """Return a text with the digits of the language."""

    def number(self, value: int, /) -> str:
        """Return a whole number."""

    def rating(self, value: Decimal, /) -> str:
        """Return an average."""

    def toman(self, price: int | None, /) -> str:
        """Return a price."""

    def duration(self, minutes: int, /) -> str:
        """Return a length of time."""

    def hours(self, interval: Minutes, /) -> str:
        """Return an opening interval."""

    def day(self, moment: date | datetime, /) -> str:
        """Return a day."""

    def reading_time(self, seconds: int, /) -> str:
        """Return how long a text takes to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language: its code and direction, its catalogue, its forms, and what joins the parts of a list."""

    code: str
    direction: str
    region: str
    forms: Forms
    comma: str
    texts: NullTranslations = field(repr=False)

    def say(self, text: str, **facts: object) -> str:
        """Return a text of the catalogue in this language; `facts` stand for its `%(name)s`."""
        return self.texts.gettext(text) % facts

    def counted(self, one: str, many: str, number: int, **facts: object) -> str:
        """Return a text about a number of things, `%(n)s` being the number as the language writes it."""
        return self.texts.ngettext(one, many, number) % {"n": self.forms.number(number), **facts}

    def of(self, persian_name: str | None, english_name: str | None) -> str | None:
        """Return a name in this language, in Persian where there is no other."""
        return (english_name if self.code == languages.ENGLISH else None) or persian_name


@cache
def english_texts() -> GNUTranslations:
    """Return the English catalogue; read once a process."""
    source = (files("sevra_atlas.site") / "locale" / "en.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale="en", abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def marked(text: str) -> str:
    """Return a text as it is, so that the catalogue is asked to know it; it is said in a language later."""
    return text


PERSIAN = Language(
    code=languages.PERSIAN,
    direction="rtl",
    region="fa_IR",
    forms=cast("Forms", persian),
    comma="، ",
    texts=NullTranslations(),
)
ENGLISH = Language(
    code=languages.ENGLISH,
    direction="ltr",
    region="en_US",
    forms=cast("Forms", english),
    comma=", ",
    texts=english_texts(),
)
