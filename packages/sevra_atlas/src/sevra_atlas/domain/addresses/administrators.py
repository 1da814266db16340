"""Who may change addresses that nobody owns, or take them from who does."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.addresses.errors import RoleRequiredError
from sevra_atlas.schema import User
from sevra_atlas.schema.enums import AccountStatus, UserRole


def require_administrator(session: Session, act: Act) -> None:
    """Pass an act of the system or of a live, active administrator. Raises RoleRequiredError.

    The role is read now: a token may be older than its owner's last promotion.
    """
    if act.actor_id is None:
        return
    found = session.scalar(
        select(User.id).where(
            User.id == act.actor_id,
            User.role == UserRole.ADMIN,
            User.status == AccountStatus.ACTIVE,
            User.deleted_at.is_(None),
        )
    )
    if found is None:
        raise RoleRequiredError(act.actor_id)
