"""Rules of use of salons: names, addresses, being open."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from sevra_atlas.domain.acting import NOBODY, Act, acting
from sevra_atlas.domain.errors import (
    InvalidSlugError,
    SlugTakenError,
    VersionConflictError,
    violated,
)
from sevra_atlas.domain.slug_rules import free_slug, normalized_slug
from sevra_atlas.schema import Salon
from sevra_atlas.schema.enums import AccountStatus
from sevra_atlas.schema.reference import KINDS

_TAKEN = frozenset({"url_paths_pkey", "salons_slug_key_live_key"})


def rename_salon(session: Session, salon: Salon, *, slug: str, act: Act = NOBODY) -> None:
    """Give a salon another slug; its former address redirects to the new one from the same transaction on.

    Takes the ledger rows of both addresses. The session survives a refusal. Raises InvalidSlugError,
    SlugTakenError with a free suggestion, VersionConflictError.
    """
    wanted = normalized_slug(slug)
    salon_id = salon.id
    try:
        with acting(session, act), session.begin_nested():
            salon.slug = wanted
            session.flush()
    except StaleDataError as error:
        raise VersionConflictError("salon", salon_id) from error
    except IntegrityError as error:
        broken = violated(error) or ""
        if broken in _TAKEN:
            prefix = KINDS[Salon.__tablename__].url_prefix or ""
            raise SlugTakenError("salon", wanted, free_slug(session, prefix, wanted)) from error
        if broken.startswith("salons_slug_"):
            raise InvalidSlugError(slug, "the database refuses it") from error
        raise


def set_salon_status(session: Session, salon: Salon, status: AccountStatus) -> None:
    """Open or suspend a salon; a suspended one leaves every list and page at once.

    DELETED is no status: `trash.delete` deletes. Raises ValueError for it, VersionConflictError.
    """
    if status is AccountStatus.DELETED:
        raise ValueError(status)
    salon_id = salon.id
    try:
        with session.begin_nested():
            salon.status = status
            session.flush()
    except StaleDataError as error:
        raise VersionConflictError("salon", salon_id) from error
