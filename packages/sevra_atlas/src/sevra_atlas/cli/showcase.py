"""Addresses worth opening: of the data that is there, not of the data that a text imagines."""

from urllib.parse import quote

import psycopg

_EXAMPLES = """
SELECT c.slug_key, s.slug_key
FROM (
    SELECT city_id FROM live.salons WHERE status = 'ACTIVE' GROUP BY city_id ORDER BY count(*) DESC LIMIT 1
) AS largest
JOIN live.cities AS c ON c.id = largest.city_id
JOIN live.salons AS s ON s.city_id = c.id AND s.status = 'ACTIVE'
ORDER BY s.popular_key DESC
LIMIT 1
"""


def addresses(app_url: str, base_url: str) -> list[tuple[str, str]]:
    """Return name and address of what to open; a city and a salon only when there are some."""
    found = [("home", f"{base_url}/")]
    with psycopg.connect(app_url) as connection:
        example = connection.execute(_EXAMPLES).fetchone()
    if example is not None:
        city, salon = (quote(slug) for slug in example)
        found += [("a city", f"{base_url}/atlas/city/{city}"), ("a salon", f"{base_url}/atlas/salon/{salon}")]
    return [
        *found,
        ("API", f"{base_url}/api/v1/salons"),
        ("OpenAPI", f"{base_url}/api/v1/openapi.json"),
    ]
