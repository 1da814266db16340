from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sevra_atlas.site import persian


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2024, 3, 20), "۱ فروردین ۱۴۰۳"),
        (date(2025, 3, 20), "۳۰ اسفند ۱۴۰۳"),
        (date(2025, 3, 21), "۱ فروردین ۱۴۰۴"),
        (date(1979, 2, 11), "۲۲ بهمن ۱۳۵۷"),
        (date(2026, 11, 22), "۱ آذر ۱۴۰۵"),
    ],
)
def test_known_days_are_shown_in_the_jalali_calendar(day: date, shown: str) -> None:
    assert persian.day(day) == shown


def test_a_moment_is_the_day_that_it_is_in_tehran() -> None:
    assert persian.day(datetime(2025, 3, 20, 20, 29, tzinfo=UTC)) == "۳۰ اسفند ۱۴۰۳"
    assert persian.day(datetime(2025, 3, 20, 20, 30, tzinfo=UTC)) == "۱ فروردین ۱۴۰۴"


@pytest.mark.parametrize(
    ("price", "shown"), [(None, "توافقی"), (0, "رایگان"), (950, "۹۵۰ تومان"), (1_250_000, "۱٬۲۵۰٬۰۰۰ تومان")]
)
def test_a_price_is_in_toman(price: int | None, shown: str) -> None:
    assert persian.toman(price) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("4.63", "۴٫۶۳"), ("4.60", "۴٫۶"), ("5.00", "۵"), ("0", "۰"), ("10", "۱۰")]
)
def test_an_average_is_shown_as_it_is_stored(value: str, shown: str) -> None:
    assert persian.rating(Decimal(value)) == shown


@pytest.mark.parametrize(("minutes", "shown"), [(30, "۳۰ دقیقه"), (60, "۱ ساعت"), (135, "۲ ساعت و ۱۵ دقیقه")])
def test_a_length_of_time_is_in_hours_and_minutes(minutes: int, shown: str) -> None:
    assert persian.duration(minutes) == shown


@pytest.mark.parametrize(
    ("phone", "dialled"), [("021-1234 5678", "02112345678"), ("+98۲۱۱۲۳", "+9821123"), ("۰۲۱", "021")]
)
def test_a_phone_link_holds_digits_only(phone: str, dialled: str) -> None:
    assert persian.dialled(phone) == dialled


def test_the_week_of_iran_begins_on_saturday() -> None:
    assert persian.WEEKDAYS[persian.weekday_from_saturday(date(2026, 11, 21))] == "شنبه"
    assert persian.WEEKDAYS[persian.weekday_from_saturday(date(2026, 11, 27))] == "جمعه"
