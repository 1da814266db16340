"""Rules of use of salons: names, addresses, being open."""

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from sevra_atlas.domain.acting import NOBODY, Act
from sevra_atlas.domain.addresses.renaming import rename
from sevra_atlas.domain.errors import VersionConflictError
from sevra_atlas.schema import Salon
from sevra_atlas.schema.enums import AccountStatus


def rename_salon(session: Session, salon: Salon, *, slug: str, act: Act = NOBODY) -> None:
    """Give a salon another slug; its former address redirects to the new one from the same transaction on.

    Raises what `addresses.renaming.rename` raises.
    """
    rename(session, salon, slug=slug, act=act)


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
