"""What a run would do with each batch: a pure decision, and the same one that the run comes to."""

from datetime import UTC, datetime

from archive_scene import Scene, make_directory
from factories import make_media, make_salon, make_user

from sevra_atlas.domain.retention.needs import Need
from sevra_atlas.domain.retention.plan import OpenBatch, Verdict, read_plan, verdicts

_NOW = datetime(2026, 11, 26, tzinfo=UTC)


def batch(number: int, *, is_due: bool = True, is_held: bool = False) -> OpenBatch:
    return OpenBatch(number, "MEDIA", number, 1, _NOW, _NOW, is_due, is_held)


def decided(batches: list[OpenBatch], needs: list[Need]) -> list[tuple[int, Verdict, str | None]]:
    return [(each.batch.batch, each.verdict, each.blocked_by) for each in verdicts(batches, needs)]


def test_a_batch_waits_is_held_or_is_due() -> None:
    batches = [batch(1, is_due=False, is_held=True), batch(2, is_held=True), batch(3)]

    assert decided(batches, []) == [
        (1, Verdict.WAITING, None),
        (2, Verdict.HELD, None),
        (3, Verdict.DUE, None),
    ]


def test_a_batch_is_blocked_by_a_live_row_and_by_one_that_goes_later() -> None:
    needs = [Need(1, None, "users 7 (avatar_media_id)"), Need(2, 3, "users 8 (avatar_media_id)")]

    assert decided([batch(1), batch(2), batch(3)], needs) == [
        (1, Verdict.BLOCKED, "users 7 (avatar_media_id)"),
        (2, Verdict.BLOCKED, "users 8 (avatar_media_id)"),
        (3, Verdict.DUE, None),
    ]


def test_a_row_that_goes_earlier_in_the_run_blocks_nothing_unless_it_stays() -> None:
    needs = [Need(2, 1, "x")]

    assert decided([batch(1), batch(2)], needs)[1] == (2, Verdict.DUE, None)
    assert decided([batch(1, is_held=True), batch(2)], needs)[1] == (2, Verdict.BLOCKED, "x")


def test_the_plan_counts_by_kind_and_says_what_the_run_then_does(scene: Scene) -> None:
    with scene.rows() as session:
        picture = make_media(session)
        holder = make_user(session, avatar_media_id=picture.id)
        salons = [make_salon(session).id for _ in range(3)]
        user, media = holder.id, picture.id
    old = [scene.delete("users", user), scene.delete("media", media), scene.delete("salons", salons[0])]
    held = scene.delete("salons", salons[1])
    scene.age(31)
    scene.delete("salons", salons[2])
    scene.owner.execute(
        "INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('SALON', %s, 'x')", (salons[1],)
    )

    plan = read_plan(scene.workers)

    salon = next(kind for kind in plan.kinds if kind.kind == "SALON")
    assert (salon.keep_days, salon.archive_days, salon.due_rows) == (30, 1095, 1)
    assert salon.batches == {Verdict.DUE: 1, Verdict.HELD: 1, Verdict.WAITING: 1}
    assert [each.batch.batch for each in plan.stopped] == [held]
    assert plan.total(Verdict.DUE) == len(old)
    assert scene.run().archived == len(old)
    assert [scene.state(each) for each in (*old, held)] == ["ARCHIVED"] * 3 + ["TRASHED"]
    after = read_plan(scene.workers)
    assert after.total(Verdict.DUE) == 0
    assert next(kind.archived for kind in after.kinds if kind.kind == "MEDIA") == 1


def test_the_days_are_a_setting_of_each_kind(scene: Scene) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    batches = [scene.delete("salons", ids["salons"]), scene.delete("posts", ids["posts"])]
    scene.age(31)
    scene.owner.execute("UPDATE retention_policies SET keep_days = 60 WHERE entity_type = 'BLOG_POST'")

    assert scene.run().archived == 1
    assert [scene.state(each) for each in batches] == ["ARCHIVED", "TRASHED"]
    scene.age(30)
    assert scene.run().archived == 1


def test_a_plan_changes_nothing(scene: Scene) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    batch_id = scene.delete("salons", ids["salons"])
    scene.age(31)

    assert read_plan(scene.workers).total(Verdict.DUE) == 1
    assert (scene.state(batch_id), scene.archived()) == ("TRASHED", {})
