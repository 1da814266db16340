import math

from hypothesis import given
from hypothesis import strategies as st

from sevra_atlas.reads.filters import distance_km, near


def _cell(lat: float, lng: float) -> int:
    """Return the grid cell as the database computes it."""
    return math.floor((lat + 90) * 100) * 36_000 + math.floor((lng + 180) * 100)


@given(
    lat=st.floats(25, 40),
    lng=st.floats(44, 64),
    radius=st.floats(1, 50),
    bearing=st.floats(0, 2 * math.pi),
    share=st.floats(0, 1),
)
def test_every_point_within_the_radius_lies_in_the_cells(
    lat: float, lng: float, radius: float, bearing: float, share: float
) -> None:
    away = radius * share / 111.195
    other_lat = lat + away * math.cos(bearing)
    other_lng = lng + away * math.sin(bearing) / math.cos(math.radians(lat))

    wanted = near(lat, lng, radius)

    if distance_km(lat, lng, other_lat, other_lng) <= radius:
        cell = _cell(other_lat, other_lng)
        ranges = zip(wanted["cells_from"], wanted["cells_to"], strict=True)
        assert any(first <= cell <= last for first, last in ranges)


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert abs(distance_km(35, 51, 36, 51) - 111.195) < 0.001


@given(lat=st.floats(-90, 90), lng=st.floats(-180, 180), radius=st.floats(1, 50))
def test_any_point_of_the_globe_has_cells(lat: float, lng: float, radius: float) -> None:
    wanted = near(lat, lng, radius)

    assert all(a <= b for a, b in zip(wanted["cells_from"], wanted["cells_to"], strict=True))
    assert len(wanted["cells_from"]) <= 92
