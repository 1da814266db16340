import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevra_atlas.reads.cursor import CursorSigner, InvalidCursorError, filter_hash

_SIGNER = CursorSigner(b"secret")
_ALPHABET = string.ascii_letters + string.digits + "-_"
_KEYS = st.tuples(st.integers(0, 2**63 - 1)) | st.tuples(
    st.floats(0, 20_000, allow_nan=False) | st.text(max_size=40), st.integers(1, 2**34)
)


@given(key=_KEYS)
def test_a_cursor_gives_back_the_key_that_it_was_made_of(key: tuple) -> None:
    filters = filter_hash({"city": 1})

    cursor = _SIGNER.sign("salons", "rating", filters, key)

    assert _SIGNER.read(cursor, "salons", "rating", filters) == key
    assert set(cursor) <= set(_ALPHABET)


@given(place=st.integers(0, 1000), letter=st.sampled_from(_ALPHABET))
def test_a_cursor_with_any_other_letter_is_refused(place: int, letter: str) -> None:
    cursor = _SIGNER.sign("salons", "rating", b"12345678", (4_611_686_018_427_387_904,))
    place %= len(cursor)
    altered = cursor[:place] + letter + cursor[place + 1 :]

    if altered == cursor:
        assert _SIGNER.read(altered, "salons", "rating", b"12345678")
    else:
        with pytest.raises(InvalidCursorError):
            _SIGNER.read(altered, "salons", "rating", b"12345678")


@given(text=st.text(max_size=600))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        _SIGNER.read(text, "salons", "rating", b"12345678")


@pytest.mark.parametrize(
    ("listing", "order", "filters"),
    [("artists", "rating", b"12345678"), ("salons", "new", b"12345678"), ("salons", "rating", b"87654321")],
)
def test_a_cursor_belongs_to_one_list_order_and_filter(listing: str, order: str, filters: bytes) -> None:
    cursor = _SIGNER.sign("salons", "rating", b"12345678", (1,))

    with pytest.raises(InvalidCursorError):
        _SIGNER.read(cursor, listing, order, filters)


def test_another_secret_makes_other_cursors() -> None:
    cursor = CursorSigner(b"other").sign("salons", "rating", b"12345678", (1,))

    with pytest.raises(InvalidCursorError):
        _SIGNER.read(cursor, "salons", "rating", b"12345678")
