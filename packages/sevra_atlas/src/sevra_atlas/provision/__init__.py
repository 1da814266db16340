"""From a server to the URLs of the roles: what is missing is made, what cannot work is refused."""

from sevra_atlas.provision.act import (
    DatabaseUrls,
    Provisioned,
    existing_urls,
    explicit_admin_url,
    explicit_urls,
    inspect_database,
    inspect_explicit,
    provision,
)
from sevra_atlas.provision.addresses import OWNER
from sevra_atlas.provision.credentials import Credentials

__all__ = [
    "OWNER",
    "Credentials",
    "DatabaseUrls",
    "Provisioned",
    "existing_urls",
    "explicit_admin_url",
    "explicit_urls",
    "inspect_database",
    "inspect_explicit",
    "provision",
]
