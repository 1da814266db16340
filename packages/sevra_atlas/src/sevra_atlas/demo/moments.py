"""Dates of the demo data, all before or around one fixed day, so that nothing depends on the clock."""

from datetime import UTC, date, datetime, timedelta

from sevra_atlas.demo.chance import Chance

# The last day of the year 1404. No row was created after it.
EPOCH = datetime(2026, 3, 20, 8, 30, tzinfo=UTC)
OPENED = EPOCH - timedelta(days=3 * 365)

# Days of the solar calendar on which salons close or keep other hours: date, note, open minutes.
HOLIDAYS: tuple[tuple[date, str, str], ...] = (
    (date(2026, 12, 21), "شب یلدا", "{[600,1320)}"),
    (date(2027, 2, 11), "تعطیل رسمی ۲۲ بهمن", "{}"),
    (date(2027, 3, 19), "روزهای پایانی سال، ساعت کار بیشتر", "{[540,1380)}"),
    (date(2027, 3, 20), "۲۹ اسفند، ساعت کار کوتاه‌تر", "{[540,900)}"),
    (date(2027, 3, 21), "تعطیلات نوروز", "{}"),
    (date(2027, 3, 22), "تعطیلات نوروز", "{}"),
    (date(2027, 3, 23), "تعطیلات نوروز", "{}"),
    (date(2027, 3, 24), "تعطیلات نوروز", "{}"),
    (date(2027, 4, 2), "سیزده‌بدر", "{}"),
)


def between(chance: Chance, first: datetime, last: datetime = EPOCH) -> datetime:
    """Return a moment from `first` on and before `last`, in whole seconds."""
    return first + timedelta(seconds=chance.below(max(1, int((last - first).total_seconds()))))


def recent(chance: Chance, days: int) -> datetime:
    """Return a moment of the last `days` days before the epoch."""
    return between(chance, EPOCH - timedelta(days=days))
