"""Numbers, money and time as Persian readers write them: Persian digits, toman, the Jalali calendar."""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from sevra_atlas.reads.opening import Minutes, clock

TEHRAN = ZoneInfo("Asia/Tehran")
WEEKDAYS = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")
"""From Saturday, the first day of the Iranian week."""
MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)

_ARABIC_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff]")
_LATIN_LETTER = re.compile("[A-Za-z]")

_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ASCII = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_THOUSANDS = "٬"
_DECIMAL = "٫"


def digits(text: object) -> str:
    """Return a text with Persian digits in the place of ASCII ones."""
    return str(text).translate(_DIGITS)


def latin_digits(text: str) -> str:
    """Return a text with ASCII digits in the place of Persian and Arabic ones."""
    return text.translate(_ASCII)


def number(value: int) -> str:
    """Return a whole number with Persian digits and thousands separators."""
    return digits(f"{value:,}".replace(",", _THOUSANDS))


def rating(value: Decimal) -> str:
    """Return an average as it is stored, two digits after the decimal separator at most."""
    text = f"{value.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
    return digits((text or "0").replace(".", _DECIMAL))


def toman(price: int | None) -> str:
    """Return a price in words of the counter: toman, free, or to be agreed when none is stated."""
    if price is None:
        return "توافقی"
    return "رایگان" if price == 0 else f"{number(price)} تومان"


def duration(minutes: int) -> str:
    """Return a length of time in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{digits(hours)} ساعت"] if hours else []
    if rest or not hours:
        parts.append(f"{digits(rest)} دقیقه")
    return " و ".join(parts)


def hours(interval: Minutes) -> str:
    """Return an opening interval, `from to`."""
    opens, closes = interval
    return digits(f"{clock(opens)} تا {clock(closes)}")


def tehran_day(moment: date | datetime) -> date:
    """Return the day that a moment is in Tehran; a day stays what it is."""
    return moment.astimezone(TEHRAN).date() if isinstance(moment, datetime) else moment


def day(moment: date | datetime) -> str:
    """Return a day in the Jalali calendar; a moment is taken as the day that it is in Tehran."""
    jalali_day = JalaliDate(tehran_day(moment))  # type: ignore[no-untyped-call]
    return digits(f"{jalali_day.day} {MONTHS[jalali_day.month - 1]} {jalali_day.year}")


def weekday_from_saturday(day: date) -> int:
    """Return 0 for Saturday to 6 for Friday."""
    return (day.weekday() + 2) % 7


def dialled(phone: str) -> str:
    """Return a phone number as a `tel:` link takes it: ASCII digits and a leading plus."""
    plain = latin_digits(phone)
    kept = "".join(sign for sign in plain if sign.isascii() and sign.isdigit())
    return f"+{kept}" if plain.strip().startswith("+") else kept


def language(text: str) -> str:
    """Return the language in which a text is mostly written, `fa` or `en`; Persian when it has no letters."""
    return "en" if len(_LATIN_LETTER.findall(text)) > len(_ARABIC_LETTER.findall(text)) else "fa"


def reading_time(seconds: int) -> str:
    """Return how long a text takes to read, in whole minutes, one at least."""
    return f"{digits(max(1, round(seconds / 60)))} دقیقه"
