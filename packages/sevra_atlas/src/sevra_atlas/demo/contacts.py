"""Phone numbers, addresses and names on the net that look right and reach nobody.

A fixed line is the area code of the province and a subscriber number that begins with 0000: real subscriber
numbers never begin with 0. A mobile number begins with 0970 (see `people`). Web sites lie below example.com,
postal codes hold zeros that real ones never have.
"""

from dataclasses import dataclass

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.places import Place
from sevra_atlas.demo.words import words

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_INSTAGRAM_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Contacts:
    """How a listing is reached; what is None is not known."""

    phone: str | None
    instagram: str | None
    website: str | None


def contacts(chance: Chance, place: Place, latin: str, number: int) -> Contacts:
    """Return the contacts of one listing; one in ten has no phone, most have no web site."""
    handle = f"demo.{latin.replace('-', '.')}"[: _INSTAGRAM_LIMIT - 5].rstrip(".")
    return Contacts(
        phone=_phone(chance, place),
        instagram=f"{handle}{number}" if chance.happens(0.6) else None,
        website=f"https://{latin}.example.com" if chance.happens(0.2) else None,
    )


def _phone(chance: Chance, place: Place) -> str | None:
    draw = chance.fraction()
    if draw < 0.65:  # noqa: PLR2004 - two salons in three have a fixed line
        return f"{place.area_code}0000{chance.below(10_000):04d}"
    return f"0970{chance.below(10_000_000):07d}" if chance.happens(0.75) else None


def address_line(chance: Chance) -> str:
    """Return street, alley and number in Persian."""
    street, alley = chance.sample(words("streets"), 2)
    parts = [f"خیابان {street.fa}"]
    if chance.happens(0.6):
        parts.append(f"کوچهٔ {alley.fa}" if chance.happens(0.7) else f"بن‌بست {alley.fa}")
    parts.append(f"پلاک {persian_digits(chance.between(1, 280))}")
    if chance.happens(0.35):
        parts.append(f"طبقهٔ {chance.pick(('همکف', 'اول', 'دوم', 'سوم', 'چهارم'))}")
    return "، ".join(parts)


def postal_code(chance: Chance) -> str:
    """Return ten digits that are no real postal code."""
    return f"00{chance.below(100_000_000):08d}"


def persian_digits(number: int) -> str:
    """Return a number in Persian digits."""
    return str(number).translate(_PERSIAN_DIGITS)
