"""The catalogue of English texts holds what the pages ask for, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from sevra_atlas.site import english
from sevra_atlas.site.language import ENGLISH, PERSIAN

_SITE = Path(str(files("sevra_atlas.site")))
_READERS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
_ASKING = {"_": None, "say": None, "marked": None, "counted": (1, 2)}

Text = str | tuple[str, ...]


def _asked() -> Iterator[tuple[Text, str]]:
    for path in sorted(_SITE.rglob("*")):
        if path.suffix in _READERS:
            for _, text, _, _ in extract(
                _READERS[path.suffix],
                BytesIO(path.read_bytes()),
                keywords=_ASKING,
                options={"encoding": "utf-8"},
            ):
                yield (text if isinstance(text, str) else tuple(text)), path.name


def _catalogue() -> Catalog:
    with (_SITE / "locale" / "en.po").open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def test_the_catalogue_knows_every_text_that_is_asked_for_and_no_other() -> None:
    known = {text.id for text in _catalogue() if text.id}
    asked = dict(_asked())

    assert {text: asked[text] for text in asked.keys() - known} == {}
    assert known - asked.keys() == set()
    assert len(asked) > 150


def test_every_text_is_translated_with_the_facts_of_its_source() -> None:
    for text in _catalogue():
        said = text.string if isinstance(text.string, tuple) else (text.string,)
        assert all(said), text.id
        assert text.fuzzy is False
        assert list(text.check()) == []


def test_things_are_counted_as_english_counts_them() -> None:
    one = ("%(n)s نظر", "%(n)s نظر")

    assert [ENGLISH.counted(*one, number) for number in (0, 1, 2, 1234)] == [
        "0 reviews", "1 review", "2 reviews", "1,234 reviews",
    ]  # fmt: skip
    assert PERSIAN.counted(*one, 1234) == "۱٬۲۳۴ نظر"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (english.digits("۰۲۱ 12٣"), "021 123"),
        (english.number(1_250_000), "1,250,000"),
        (english.rating(Decimal("4.30")), "4.3"),
        (english.rating(Decimal("5.00")), "5"),
        (english.rating(Decimal("4.67")), "4.67"),
        (english.toman(None), "on request"),
        (english.toman(0), "free"),
        (english.toman(45_000), "45,000 toman"),
        (english.duration(90), "1 h 30 min"),
        (english.duration(120), "2 h"),
        (english.duration(0), "0 min"),
        (english.hours((540, 1260)), "09:00 to 21:00"),
        (english.day(date(2026, 3, 1)), "1 March 2026"),
        (english.day(datetime(2026, 2, 28, 21, 0, tzinfo=UTC)), "1 March 2026"),
        (english.reading_time(10), "1 min"),
    ],
)
def test_numbers_money_and_time_are_written_with_latin_digits(said: str, expected: str) -> None:
    assert said == expected
