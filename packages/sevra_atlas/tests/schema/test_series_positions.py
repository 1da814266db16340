"""A post that enters a series without a place gets the next one, whoever else enters it then."""

from collections.abc import Callable

from databases import SevraDatabase, acting_as, race
from factories import make_post, make_series
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import OWNER

Act = Callable[[], object]


def test_posts_get_the_next_place_of_their_series(session: Session) -> None:
    series, other = make_series(session), make_series(session)

    places = [make_post(session, series_id=series.id).series_position for _ in range(3)]

    assert places == [1, 2, 3]
    assert make_post(session, series_id=other.id).series_position == 1


def test_a_place_given_by_hand_stays_and_the_next_one_follows_it(session: Session) -> None:
    series = make_series(session)

    given = make_post(session, series_id=series.id, series_position=7)
    following = make_post(session, series_id=series.id)

    assert (given.series_position, following.series_position) == (7, 8)


def test_a_post_without_a_series_has_no_place(session: Session) -> None:
    assert make_post(session).series_position is None


def test_a_post_that_joins_a_series_later_or_gives_its_place_up_goes_to_the_end(session: Session) -> None:
    series = make_series(session)
    first, _ = make_post(session, series_id=series.id), make_post(session, series_id=series.id)
    late = make_post(session)

    late.series_id = series.id
    session.flush()
    assert late.series_position == 3

    first.series_position = None
    session.flush()
    session.refresh(first)
    assert first.series_position == 4


def test_the_place_of_a_post_in_the_trash_is_not_given_again(session: Session) -> None:
    series = make_series(session)
    post = make_post(session, series_id=series.id)
    session.execute(text("DELETE FROM posts WHERE id = :id"), {"id": post.id})

    assert make_post(session, series_id=series.id).series_position == 2


def test_one_statement_numbers_its_rows_one_after_the_other(session: Session) -> None:
    series = make_series(session)

    session.execute(
        text(
            "INSERT INTO posts (title, slug, series_id)"
            " SELECT 't' || i, 'many-' || i, :series FROM generate_series(1, 5) i"
        ),
        {"series": series.id},
    )

    with acting_as(session, OWNER):
        places = session.scalars(
            text("SELECT series_position FROM posts WHERE series_id = :series ORDER BY 1"),
            {"series": series.id},
        )
        assert list(places) == [1, 2, 3, 4, 5]


def test_posts_that_enter_a_series_at_the_same_moment_get_different_places(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        series = make_series(session).id
    writers, each = 6, 5

    def write(number: int) -> Act:
        def work() -> None:
            with sevra_db.connect(autocommit=True) as connection:
                for turn in range(each):
                    connection.execute(
                        "INSERT INTO posts (title, slug, series_id) VALUES ('t', %s, %s)",
                        (f"post-{number}-{turn}", series),
                    )

        return work

    assert race([write(number) for number in range(writers)]) == [None] * writers

    with sevra_db.connect(OWNER) as owner:
        places = owner.execute("SELECT series_position FROM posts ORDER BY 1").fetchall()
    assert [place for (place,) in places] == list(range(1, writers * each + 1))


def test_an_old_snapshot_numbers_nothing(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        series = make_series(session).id
    entering = "INSERT INTO posts (title, slug, series_id, series_position) VALUES ('t', 's', %s, %s)"

    with sevra_db.connect() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        states = []
        for place in (1, None):
            try:
                connection.execute(entering, (series, place))
                states.append("written")
            except connection.Error as error:
                states.append(str(error.sqlstate))

    assert states == ["written", "25001"]
