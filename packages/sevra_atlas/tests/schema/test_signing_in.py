"""Codes, sessions and tokens: what the database refuses, and what ends a login."""

from datetime import UTC, datetime
from typing import Any

import pytest
from databases import violated_by
from factories import make_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import LoginSession, OtpCode, RefreshToken

END = datetime(2099, 1, 1, tzinfo=UTC)
Facts = dict[str, Any]


def make_code(session: Session, **facts: Any) -> OtpCode:
    given: Facts = {
        "phone_number": "+989120000000",
        "nonce": bytes(16),
        "key_id": 1,
        "code_hmac": bytes(32),
        "expires_at": END,
    }
    code = OtpCode(**{**given, **facts})
    session.add(code)
    session.flush()
    return code


def make_login(session: Session, **facts: Any) -> LoginSession:
    if "user_id" not in facts:
        facts["user_id"] = make_user(session).id
    login = LoginSession(**{"expires_at": END, **facts})
    session.add(login)
    session.flush()
    return login


def make_token(session: Session, login: LoginSession, number: int, **facts: Any) -> RefreshToken:
    token = RefreshToken(
        session_id=login.id, **{"token_hash": bytes([number] * 32), "expires_at": END, **facts}
    )
    session.add(token)
    session.flush()
    return token


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"phone_number": "0912"}, "otp_codes_phone_number_check"),
        ({"nonce": bytes(15)}, "otp_codes_nonce_check"),
        ({"code_hmac": bytes(31)}, "otp_codes_code_hmac_check"),
        ({"attempts": 6}, "otp_codes_attempts_check"),
    ],
)
def test_a_code_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_code(session, **facts)) == constraint


def test_one_open_code_per_phone_and_purpose(session: Session) -> None:
    code = make_code(session)
    assert violated_by(session, lambda: make_code(session)) == "otp_codes_open_key"
    assert violated_by(session, lambda: make_code(session, purpose="VERIFY")) is None

    code.consumed_at = END
    session.flush()

    assert violated_by(session, lambda: make_code(session)) is None


def test_a_login_has_one_unused_token_and_a_token_one_successor(session: Session) -> None:
    login, other = make_login(session), make_login(session)
    first = make_token(session, login, 1)

    assert violated_by(session, lambda: make_token(session, login, 2)) == "refresh_tokens_unused_key"
    assert violated_by(session, lambda: make_token(session, other, 1)) == "refresh_tokens_token_hash_key"

    first.used_at = END
    session.flush()
    make_token(session, login, 2, parent_id=first.id, used_at=END)
    twin: Facts = {"parent_id": first.id}
    assert (
        violated_by(session, lambda: make_token(session, login, 3, **twin)) == "refresh_tokens_parent_id_key"
    )


def test_a_login_that_was_ended_says_why(session: Session) -> None:
    login = make_login(session)

    assert violated_by(session, lambda: setattr(login, "revoked_at", END)) == "sessions_check"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE users SET status = 'SUSPENDED' WHERE id = :id", "suspended"),
        ("UPDATE users SET role = 'AUTHOR' WHERE id = :id", "role"),
        ("UPDATE users SET password_hash = '$argon2id$x' WHERE id = :id", "password"),
        ("DELETE FROM users WHERE id = :id", "deleted"),
        ("UPDATE users SET first_name = 'رویا', role = 'USER' WHERE id = :id", None),
    ],
)
def test_what_ends_every_login_of_a_user(session: Session, statement: str, reason: str | None) -> None:
    login, bystander = make_login(session), make_login(session)

    session.execute(text(statement), {"id": login.user_id})

    for row in (login, bystander):
        session.refresh(row)
    assert (login.revoke_reason, bystander.revoke_reason) == (reason, None)
    assert (login.revoked_at is None) == (reason is None)


def test_a_deleted_user_does_not_log_in(session: Session) -> None:
    user = make_user(session)
    session.execute(text("DELETE FROM users WHERE id = :id"), {"id": user.id})

    assert violated_by(session, lambda: make_login(session, user_id=user.id)) == "sessions_user_id_live"


def test_a_request_is_answered_once(session: Session) -> None:
    user = make_user(session)

    def ask(**facts: Any) -> None:
        given: Facts = {"user_id": user.id, "path": "/x", "key": "k", "request_hash": bytes(32)}
        session.execute(
            text(
                "INSERT INTO idempotency_keys (user_id, path, key, request_hash)"
                " VALUES (:user_id, :path, :key, :request_hash)"
            ),
            {**given, **facts},
        )

    ask()

    assert violated_by(session, ask) == "idempotency_keys_pkey"
    assert violated_by(session, lambda: ask(key="x" * 129)) == "idempotency_keys_key_check"
