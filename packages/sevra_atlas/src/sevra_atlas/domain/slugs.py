"""Canonical paths, slug keys and folded text: twins of the SQL functions of the same names.

`canon_path_v1`, `slug_key_v1` and `fa_norm_v1` give what PostgreSQL gives, for every string, in every
database locale. Their rules never change, because stored keys were made with them; a new rule is a `_v2`.
Source of the character sets: The Unicode Standard, chapter 9 (Arabic), and its normalisation form KD.
"""

import re
import string
import unicodedata
from urllib.parse import quote, unquote_to_bytes

LONGEST_PATH = 2048
LONGEST_PATH_BYTES = 660
"""Of a path that the ledger holds; longer ones have no row in it and will never have one."""

_HIGHEST = "\uffff"  # newer planes gain letters with each Unicode version; the twins would disagree there

# Every printable ASCII character but the space: what is a URL already stays as it is.
URL_SAFE = string.punctuation

LETTERS = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
ALPHABET = "a-z0-9.~" + LETTERS

_VARIANTS = {
    "ی": "يىےۍېێ",
    "ک": "كڪ",
    "ه": "ةہەھ",
    "ا": "ٱ",
    "ر": "ڕ",
    "ل": "ڵ",
    "و": "ۆۇ",
    **{str(digit): chr(0x660 + digit) + chr(0x6F0 + digit) for digit in range(10)},
}
_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u061c\u0621\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7-\u06e8\u06ea-\u06ed\u00ad\u200b\u200e\u200f\u2060\ufeff"
)
_SEPARATORS = " _\u200c\u200d\u2010-\u2015\u2212"

_FOLD = str.maketrans(
    {variant: letter for letter, variants in _VARIANTS.items() for variant in variants}
    | {capital: capital.lower() for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)
_SHAPE = re.compile(rf"(/|(/[{ALPHABET}]+(-[{ALPHABET}]+)*)+)\Z")
_DOTS = re.compile(r"(^|/)\.{1,2}(/|\Z)")
_FOREIGN = re.compile(rf"[^{ALPHABET}/\-]")
_MARK_RUN = re.compile(f"[{_MARKS}]+")
_SEPARATOR = re.compile(f"[{_SEPARATORS}]")
_NOT_WORD = re.compile(f"[^a-z0-9{LETTERS}]+")


def is_canonical_path(path: str) -> bool:
    """Return whether a path has the shape of a canonical one, that is, whether it is its own key."""
    return len(path) <= LONGEST_PATH and bool(_SHAPE.match(path)) and not _DOTS.search(path)


def canon_path_v1(path: str) -> str | None:
    """Return the key under which the ledger holds a path, or None when it cannot be a path of this site."""
    if is_canonical_path(path):
        return path
    if len(path) > LONGEST_PATH or any(letter > _HIGHEST for letter in path):
        return None
    dashed = _SEPARATOR.sub("-", _folded(path))
    if _FOREIGN.search(dashed):
        return None
    key = re.sub("-*/[-/]*", "/", "/" + re.sub("-+", "-", dashed))
    key = re.sub("/-+", "/", key.rstrip("/-") or "/")
    # Compatibility letters grow when they are folded; a key must be its own key.
    return None if _DOTS.search(key) or len(key) > LONGEST_PATH else key


def slug_key_v1(slug: str) -> str:
    """Return the key of one path segment; '' where there is none, which the tables refuse."""
    key = canon_path_v1("/" + slug)
    return "" if key is None or "/" in key[1:] else key[1:]


def fa_norm_v1(text: str) -> str:
    """Return text for comparison and search: letters folded, marks dropped, words apart by one space."""
    known = "".join(letter if letter <= _HIGHEST else " " for letter in text)
    return _NOT_WORD.sub(" ", _folded(known)).strip(" ")


def _folded(text: str) -> str:
    return _MARK_RUN.sub("", unicodedata.normalize("NFKD", text)).translate(_FOLD)


def decode_path(raw_path: str) -> str | None:
    """Return the path of a request line, percent-decoded once as strict UTF-8; None where that fails.

    A second layer of encoding leaves a `%`, which no canonical path has.
    """
    try:
        return unquote_to_bytes(raw_path).decode("utf-8")
    except UnicodeError:
        return None


def encode_path(display_path: str) -> str:
    """Return the one way a path is written in links and in `Location`: UTF-8, upper-case escapes."""
    return quote(display_path, safe="/-._~")


def ascii_url(url: str) -> str:
    """Return an absolute URL as a header may hold it: what is not ASCII becomes percent escapes."""
    return quote(url, safe=URL_SAFE)


def path_key(raw_path: str) -> str | None:
    """Return the ledger's key of a request line's path, or None when it cannot be a path of this site."""
    decoded = decode_path(raw_path)
    return None if decoded is None else canon_path_v1(decoded)


def path_prefixes(key: str) -> tuple[str, ...]:
    """Return the prefixes of a canonical path that a prefix rule may have, longest first: `/a/b/`, `/a/`."""
    ends = [place + 1 for place, letter in enumerate(key) if letter == "/" and place]
    return tuple(key[:end] for end in reversed(ends))
