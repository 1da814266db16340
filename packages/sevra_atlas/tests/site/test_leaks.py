import gzip
from urllib.parse import quote

from web_client import WebClient
from web_fixtures import Directory

_MARKS = ("zz-dead", "زز-مرده")
_DELETED = (
    "SELECT count(*) FROM salons WHERE deleted_at IS NOT NULL"
    " UNION ALL SELECT count(*) FROM artists WHERE deleted_at IS NOT NULL"
    " UNION ALL SELECT count(*) FROM reviews WHERE deleted_at IS NOT NULL"
)


def _surfaces(directory: Directory) -> list[str]:
    """Return the addresses of everything public that shows rows."""
    surfaces = ["/", "/atlas", "/atlas?page=2", "/nothing", "/sitemap.xml", "/api/v1/geo/provinces"]
    surfaces += [f"/sitemaps/{section}-0.xml.gz" for section in ("salons", "artists", "geo", "static")]
    for kind in ("salons", "artists"):
        surfaces += [f"/api/v1/{kind}?pageSize=100&sort={order}" for order in ("rating", "popular", "new")]
        surfaces.append(f"/api/v1/{kind}?q={quote('zz dead')}")
        for id_, slug in directory.rows(f"SELECT id, slug FROM {kind} WHERE status = 'ACTIVE'"):
            surfaces += [f"/api/v1/{kind}/{id_}", f"/atlas/{kind[:-1]}/{quote(slug)}"]
    for id_, slug in directory.rows(
        "SELECT id, slug FROM cities WHERE is_landing_enabled AND id IN (SELECT city_id FROM salons)"
    ):
        surfaces += [f"/api/v1/geo/cities/{id_}", f"/atlas/city/{quote(slug)}"]
    return surfaces


def test_no_public_surface_shows_a_marker_of_a_deleted_row(web: WebClient, directory: Directory) -> None:
    assert all(count > 0 for (count,) in directory.rows(_DELETED, role="sevra_owner"))

    leaking = []
    for surface in _surfaces(directory):
        answer = web.get(surface)
        body = gzip.decompress(answer.content).decode() if surface.endswith(".gz") else answer.text
        if any(mark in text for mark in _MARKS for text in (body, *answer.headers.values())):
            leaking.append(surface)

    assert leaking == []
