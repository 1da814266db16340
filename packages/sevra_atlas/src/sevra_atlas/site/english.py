"""Numbers, money and time as English readers write them: Latin digits, toman, the Gregorian calendar."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from sevra_atlas.reads.opening import Minutes, clock
from sevra_atlas.site.persian import latin_digits, tehran_day

WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
"""From Saturday, the first day of the Iranian week."""

_LOCALE = "en"


def digits(text: object) -> str:
    """Return a text with Latin digits in the place of Persian ones."""
    return latin_digits(str(text))


def number(value: int) -> str:
    """Return a whole number with thousands separators."""
    return format_decimal(value, locale=_LOCALE)


def rating(value: Decimal) -> str:
    """Return an average as it is stored, two digits after the decimal point at most."""
    return format_decimal(value, format="0.##", locale=_LOCALE)


def toman(price: int | None) -> str:
    """Return a price in words of the counter: toman, free, or to be agreed when none is stated."""
    if price is None:
        return "on request"
    return "free" if price == 0 else f"{number(price)} toman"


def duration(minutes: int) -> str:
    """Return a length of time in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} min")
    return " ".join(parts)


def hours(interval: Minutes) -> str:
    """Return an opening interval, `from to`."""
    opens, closes = interval
    return f"{clock(opens)} to {clock(closes)}"


def day(moment: date | datetime) -> str:
    """Return a day in the Gregorian calendar; a moment is taken as the day that it is in Tehran."""
    return format_date(tehran_day(moment), "d MMMM y", locale=_LOCALE)


def reading_time(seconds: int) -> str:
    """Return how long a text takes to read, in whole minutes, one at least."""
    return f"{max(1, round(seconds / 60))} min"
