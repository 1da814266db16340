"""Reports, verification, holds: what may follow what, and what a decision changes."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from databases import acting_as, violated_by
from factories import make_artist, make_media, make_review, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import LegalHold, Report, VerificationDocument, VerificationRequest
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import ReportStatus, VerificationStatus

THEN = datetime(2026, 1, 1, tzinfo=UTC)
Facts = dict[str, Any]


def make_report(session: Session, **facts: Any) -> Report:
    given: Facts = {"target_type": "SALON", "reason": "بسته است"}
    if "target_id" not in facts:
        given["target_id"] = make_salon(session).id
    if "reporter_id" not in facts:
        given["reporter_id"] = make_user(session).id
    report = Report(**{**given, **facts})
    session.add(report)
    session.flush()
    return report


def make_request(session: Session, **facts: Any) -> VerificationRequest:
    if not facts.keys() & {"salon_id", "artist_id"}:
        facts["salon_id"] = make_salon(session).id
    request = VerificationRequest(requested_by_id=make_user(session).id, **facts)
    session.add(request)
    session.flush()
    return request


def test_a_report_names_its_target_once_more_by_kind(session: Session) -> None:
    review = make_review(session)

    report = make_report(session, target_type="REVIEW", target_id=review.id)

    assert (report.salon_id, report.artist_id, report.review_id) == (None, None, review.id)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"reason": " "}, "reports_reason_check1"),
        ({"details": "x" * 5001}, "reports_details_check"),
        ({"status": "RESOLVED"}, "reports_check"),
        ({"resolved_at": THEN}, "reports_check"),
        ({"target_id": 987_654_321}, "reports_target_type_target_id_fkey"),
        ({"reporter_id": 987_654_321}, "reports_reporter_id_fkey"),
    ],
)
def test_a_report_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_report(session, **facts)) == constraint


def test_one_open_report_per_person_and_target(session: Session) -> None:
    report = make_report(session)
    again: Facts = {"reporter_id": report.reporter_id, "target_id": report.target_id}

    assert violated_by(session, lambda: make_report(session, **again)) == "reports_open_key"

    report.status, report.resolved_at = ReportStatus.REJECTED, THEN
    session.flush()
    assert violated_by(session, lambda: make_report(session, **again)) is None


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        (["UNDER_REVIEW", "OPEN"], False),
        (["UNDER_REVIEW", "RESOLVED", "UNDER_REVIEW", "REJECTED"], False),
        (["RESOLVED", "OPEN"], True),
        (["REJECTED", "RESOLVED"], True),
    ],
)
def test_a_decided_report_is_only_looked_at_again(
    session: Session, *, steps: list[str], refused: bool
) -> None:
    report = make_report(session)

    def take(status: str) -> None:
        report.status = ReportStatus(status)
        report.resolved_at = THEN if status in {"RESOLVED", "REJECTED"} else None

    refusals = [violated_by(session, partial(take, step)) for step in steps]

    assert refusals[:-1] == [None] * (len(steps) - 1)
    assert refusals[-1] == ("reports_transition" if refused else None)


def test_the_listing_says_what_its_request_says(session: Session) -> None:
    artist = make_artist(session)
    request = make_request(session, artist_id=artist.id)

    said = []
    for status in ("VERIFIED", "REJECTED"):
        session.refresh(artist)
        said.append(artist.verification)
        request.status, request.decided_at = VerificationStatus(status), THEN
        session.flush()
    session.refresh(artist)

    assert [*said, artist.verification] == ["PENDING", "VERIFIED", "REJECTED"]


def test_a_verified_listing_that_asks_again_stays_verified(session: Session) -> None:
    salon = make_salon(session)
    first = make_request(session, salon_id=salon.id)
    first.status, first.decided_at = VerificationStatus.VERIFIED, THEN
    session.flush()

    make_request(session, salon_id=salon.id)

    session.refresh(salon)
    assert salon.verification == "VERIFIED"


def test_one_open_request_per_listing_and_another_after_a_refusal(session: Session) -> None:
    request = make_request(session)
    again: Facts = {"salon_id": request.salon_id}
    assert violated_by(session, lambda: make_request(session, **again)) == "verification_requests_open_key"

    request.status, request.decided_at = VerificationStatus.REJECTED, THEN
    session.flush()

    assert violated_by(session, lambda: make_request(session, **again)) is None
    assert violated_by(session, lambda: setattr(request, "status", "VERIFIED")) == "verification_transition"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"status": "NONE", "decided_at": THEN}, "verification_transition_insert"),
        ({"decided_at": THEN}, "verification_requests_check1"),
        ({"notes": "x" * 2001}, "verification_requests_notes_check"),
        ({"salon_id": None}, "verification_requests_check"),
        ({"salon_id": 987_654_321}, "verification_requests_salon_id_fkey"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_request(session, **facts)) == constraint


def test_a_document_is_a_private_file_and_stays_one_while_its_owner_lives(session: Session) -> None:
    request = make_request(session)
    paper, picture = make_media(session, is_private=True), make_media(session)

    def attach(media_id: int) -> None:
        session.add(VerificationDocument(verification_request_id=request.id, media_id=media_id))

    fkey = "verification_documents_media_id_media_is_private_fkey"
    assert violated_by(session, lambda: attach(picture.id)) == fkey
    assert violated_by(session, lambda: attach(paper.id)) is None
    publish = text("UPDATE media SET is_private = false, url = '/x' WHERE id = :id")
    assert violated_by(session, lambda: session.execute(publish, {"id": paper.id})) == fkey
    delete = text("DELETE FROM media WHERE id = :id")
    assert violated_by(session, lambda: session.execute(delete, {"id": paper.id})) == "media_in_use"

    session.execute(text("DELETE FROM salons WHERE id = :id"), {"id": request.salon_id})
    assert violated_by(session, lambda: session.execute(delete, {"id": paper.id})) is None


def test_one_open_hold_per_entity(session: Session) -> None:
    salon = make_salon(session)
    with acting_as(session, MAINTENANCE):
        hold = LegalHold(entity_type="SALON", entity_id=salon.id, reason="دادگاه")
        session.add(hold)
        session.flush()
        again = LegalHold(entity_type="SALON", entity_id=salon.id, reason="دادگاه")
        assert violated_by(session, lambda: session.add(again)) == "legal_holds_open_key"

        hold.released_at = THEN
        session.flush()

        once_more = LegalHold(entity_type="SALON", entity_id=salon.id, reason="دادگاه")
        assert violated_by(session, lambda: session.add(once_more)) is None
