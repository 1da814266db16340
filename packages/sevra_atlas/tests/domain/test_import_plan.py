"""What a file of redirects comes to, planned without a database: the file, and what is known beside it."""

import pytest

from sevra_atlas.domain.addresses.importing.known import Known, StoredRule
from sevra_atlas.domain.addresses.importing.plan import ImportPlan, plan_import
from sevra_atlas.domain.addresses.importing.rows import MOST_BYTES, MOST_LINES, read_rows
from sevra_atlas.domain.addresses.owners import EntityRef, Holder
from sevra_atlas.domain.addresses.targets import Exact, External, Hosts, Prefix, Static, Target
from sevra_atlas.schema.enums import EntityType, PathKind, QueryMode, RedirectType

SALON = EntityRef(EntityType.SALON, 7)
HOSTS = Hosts(allowed=frozenset({"example.com"}), own=frozenset({"sevra.test"}))
HOLDERS = (
    Holder("/atlas", PathKind.STATIC, None, is_visible=False),
    Holder("/blog", PathKind.STATIC, None, is_visible=False),
    Holder("/atlas/salon/a", PathKind.ALIAS, SALON, is_visible=True),
    Holder("/atlas/salon/b", PathKind.CURRENT, SALON, is_visible=True),
    Holder("/atlas/salon/dead", PathKind.GONE, EntityRef(EntityType.SALON, 8), is_visible=False),
    Holder("/nobodys", PathKind.GONE, None, is_visible=False),
)


def stored(source: str, target: Target | None, type_: str = "PERMANENT_301", **facts: object) -> StoredRule:
    read = Prefix(source.removesuffix("*")) if source.endswith("*") else Exact(source)
    given = {"query_mode": QueryMode.PASS, "is_active": True, "note": None, **facts}
    return StoredRule(1, read, target, RedirectType(type_), **given)  # type: ignore[arg-type]


def known(*rules: StoredRule, inhabited: tuple[str, ...] = ("/atlas/salon/",)) -> Known:
    return Known(
        {holder.path: holder for holder in HOLDERS},
        {str(rule.source): rule for rule in rules if isinstance(rule.source, Exact)},
        {str(rule.source)[:-1]: rule for rule in rules if isinstance(rule.source, Prefix)},
        frozenset({SALON}),
        frozenset(inhabited),
    )


def plan(*lines: str, beside: Known | None = None, heading: str = "from,to,type,note") -> ImportPlan:
    rows, problems = read_rows("\n".join([heading, *lines]).encode())
    return plan_import(rows, problems, beside or known(), HOSTS)


def targets(planned: ImportPlan) -> dict[str, object]:
    assert planned.problems == ()
    return {str(rule.source): rule.target for rule in (*planned.added, *planned.changed)}


def refused(planned: ImportPlan) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in planned.problems]


def test_keys_are_folded_and_owned_targets_become_their_entities() -> None:
    planned = plan(
        "/Old Page/,/Atlas/Salon/A/,,",
        "/one,/atlas,302,why",
        "/two,HTTPS://example.com/x,,",
        "/three,,410,",
        "/four,SALON:7,,",
        "/old/*,/new/*,,",
        "/gone/*,,GONE_410,",
    )

    assert targets(planned) == {
        "/old-page": SALON,
        "/one": Static("/atlas"),
        "/two": External("https://example.com/x"),
        "/three": None,
        "/four": SALON,
        "/old/*": Prefix("/new/"),
        "/gone/*": None,
    }
    assert planned.owned == 1
    assert (planned.added[1].type, planned.added[1].note) == (RedirectType.TEMPORARY_302, "why")


def test_identical_duplicates_are_dropped_and_contradictory_ones_are_reported() -> None:
    planned = plan("/a,/atlas,,x", "/A/,/ATLAS,301,x", "/a,/atlas,302,x", "/a,/atlas,,y", "/b,/atlas,,")

    assert planned.duplicates == 1
    assert refused(planned) == [(4, "CONTRADICTION"), (5, "CONTRADICTION")]
    assert planned.problems[0].message == "line 2 says otherwise of /a"


def test_chains_are_followed_to_their_end_through_file_and_database() -> None:
    beside = known(
        stored("/stored", SALON),
        stored("/ended", None, "LEGAL_451"),
        stored("/shop/*", Prefix("/atlas/salon/")),
        stored("/away/*", External("https://elsewhere.example/")),
    )
    planned = plan(
        "/a,/b,302,",
        "/b,/c,,",
        "/c,/stored,,",
        "/d,/e,302,",
        "/e,/ended,,",
        "/f,/shop/a,,",
        "/g,/away/anything,,",
        "/h,/own/x,,",
        "/own/*,/blog,,",
        "/i/*,/a,,",
        beside=beside,
    )

    assert targets(planned) == {
        "/a": SALON,
        "/b": SALON,
        "/c": SALON,
        "/d": None,
        "/e": None,
        "/f": SALON,
        "/g": External("https://elsewhere.example/"),
        "/h": Static("/blog"),
        "/own/*": Static("/blog"),
        "/i/*": SALON,
    }
    types = {str(rule.source): rule.type.value for rule in planned.added}
    assert (types["/a"], types["/b"]) == ("TEMPORARY_302", "PERMANENT_301")
    assert (types["/d"], types["/e"]) == ("LEGAL_451", "LEGAL_451")
    assert planned.followed == 9


def test_a_line_speaks_in_the_place_of_the_stored_rule() -> None:
    planned = plan("/a,/stored,,", "/stored,/blog,,", beside=known(stored("/stored", SALON)))

    assert targets(planned) == {"/a": Static("/blog"), "/stored": Static("/blog")}
    assert [rule.stored_id for rule in planned.changed] == [1]


def test_every_circle_is_reported_with_its_lines() -> None:
    planned = plan(
        "/a,/b,,",
        "/b,/c,,",
        "/c,/a,,",
        "/self,/self,,",
        "/into,/b,,",
        "/shop/*,/shop/home,,",
        "/fine,/atlas,,",
    )

    assert refused(planned) == [
        (2, "CYCLE"),
        (3, "CYCLE"),
        (4, "CYCLE"),
        (5, "CYCLE"),
        (6, "TARGET_NOT_ALLOWED"),
        (7, "CYCLE"),
    ]
    assert planned.problems[0].message == "/a leads back to itself, through line 2, 3, 4"
    assert planned.problems[4].message.endswith("it leads to line 3, which is refused")


@pytest.mark.parametrize("length", [10_000])
def test_a_chain_of_any_length_is_followed_once(length: int) -> None:
    lines = [f"/{number},/{number + 1},," for number in range(length)]

    planned = plan(*lines, f"/{length},/blog,,")

    assert set(targets(planned).values()) == {Static("/blog")}


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("/atlas/salon/b,/blog,,", "PATH_IN_USE", "as current of SALON:7"),
        ("/atlas/salon/a,/blog,,", "PATH_IN_USE", "as alias of SALON:7"),
        ("/blog,/atlas,,", "PATH_IN_USE", "as static"),
        ("/nobodys,/atlas,,", "PATH_IN_USE", "as gone"),
        ("/x,/nowhere,,", "TARGET_NOT_ALLOWED", "nothing answers there"),
        ("/x,/nobodys,,", "TARGET_NOT_ALLOWED", "it is gone"),
        ("/x,/atlas/salon/dead,,", "TARGET_NOT_ALLOWED", "it is gone"),
        ("/x,/off,,", "TARGET_NOT_ALLOWED", "switched off"),
        ("/x,/off/below,,", "TARGET_NOT_ALLOWED", "nothing answers there"),
        ("/x,https://evil.example/,,", "TARGET_NOT_ALLOWED", "is not allowed"),
        ("/x,https://sevra.test/,,", "TARGET_NOT_ALLOWED", "on this site"),
        ("/x,SALON:9,,", "VALIDATION_ERROR", "SALON:9 has no page"),
        ("/x,/y/*,,", "TARGET_NOT_ALLOWED", "only a rule for all below"),
        ("/x,,,", "TARGET_NOT_ALLOWED", "leads somewhere"),
        ("/x,/atlas,410,", "TARGET_NOT_ALLOWED", "leads nowhere"),
        ("/x/../y,/atlas,,", "VALIDATION_ERROR", "cannot be a path"),
        ("/en/x,/atlas,,", "VALIDATION_ERROR", "an address in one language"),
        ("/x,/en/atlas,,", "TARGET_NOT_ALLOWED", "all languages share a path"),
        ("x,/atlas,,", "VALIDATION_ERROR", "cannot be a path"),
        ("/x,/atlas,303,", "VALIDATION_ERROR", "type is '303'"),
        ("/x,/atlas,," + "n" * 501, "VALIDATION_ERROR", "at most 500"),
        ("/x,/atlas,,a\0b", "VALIDATION_ERROR", "free of NUL"),
        ("/x,/atlas", "VALIDATION_ERROR", "2 cells below 4 headings"),
        ('/x,/atlas,,"a', "VALIDATION_ERROR", "unexpected end of data"),
        ("/c/*,/shop/x/*,,", "TARGET_NOT_ALLOWED", "would meet the prefix rule /shop/*"),
        ("/c/*,/c/x/*,,", "TARGET_NOT_ALLOWED", "would meet the prefix rule /c/* of line 2"),
        ("/boutique/*,/atlas,,", "TARGET_NOT_ALLOWED", "what /shop/* leads to would meet"),
    ],
)
def test_a_line_that_cannot_be_imported_says_why(line: str, code: str, words: str) -> None:
    beside = known(
        stored("/off", SALON, is_active=False),
        stored("/off/*", SALON, is_active=False),
        stored("/shop/*", Prefix("/boutique/")),
    )

    planned = plan(line, "/fine,/atlas,,", beside=beside)

    assert planned.problems[0].line == 2
    assert planned.problems[0].code == code
    assert words in planned.problems[0].message


def test_a_stored_rule_stays_although_it_could_not_be_made_today() -> None:
    beside = known(
        stored("/away", External("https://closed.example/")), stored("/dead", EntityRef(EntityType.SALON, 8))
    )

    planned = plan("/away,https://closed.example/,,", "/dead,/atlas/salon/dead,,", beside=beside)

    assert (planned.problems, planned.unchanged) == ((), 2)


def test_two_prefix_rules_that_meet_are_reported_with_both_lines() -> None:
    planned = plan("/a/*,/b/*,,", "/b/x/*,/c/*,,", "/d/*,/d2/*,,")

    assert refused(planned) == [(2, "TARGET_NOT_ALLOWED")]
    assert planned.problems[0].message.endswith("would meet the prefix rule /b/x/* of line 3")


def test_a_prefix_above_live_pages_is_told() -> None:
    planned = plan(
        "/atlas/*,/blog,,", "/atlas/salon/*,/blog,,", "/atlas/salon/x/*,/blog,,", "/atlas/s/*,/blog,,"
    )

    assert [notice.line for notice in planned.notices] == [2, 3]
    assert planned.notices[0].message.startswith("live pages below /atlas/salon/ keep answering")
    assert planned.problems == ()


def test_the_other_columns_may_stand_in_any_order_or_be_missing() -> None:
    short = plan("/a,/atlas", heading="From,TO")
    full = plan("/a,/atlas,no,ignore,n", heading="from,to,active,query,note")

    assert targets(short) == targets(full) == {"/a": Static("/atlas")}
    assert (full.added[0].is_active, full.added[0].query_mode) == (False, QueryMode.IGNORE)


@pytest.mark.parametrize("heading", ["", "to,from", "from,to,to", "from,to,colour", "/a,/b"])
def test_a_heading_of_another_table_is_refused(heading: str) -> None:
    planned = plan("/a,/atlas,,", heading=heading)

    assert planned.added == ()
    assert "heading" in planned.problems[0].message


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    planned = plan('/a,/atlas,,"two', 'lines"', "", "/b,/nowhere,,")

    assert refused(planned) == [(5, "TARGET_NOT_ALLOWED")]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"from,to\n/a,/atlas\n/b,\xff", 3, "byte 21 is not UTF-8"),
        (b"x" * (MOST_BYTES + 1), 0, "20,000,001 bytes"),
        (b"from,to\n" + b"/a,/b\n" * (MOST_LINES + 1), 0, "more than 100,000 lines"),
        (b"", 1, "no heading"),
        ("from,to\n/a,/\ud800".encode("utf-8", "surrogatepass"), 2, "not UTF-8"),
    ],
)
def test_what_is_no_file_of_ours_is_refused_whole(data: bytes, line: int, words: str) -> None:
    rows, problems = read_rows(data)

    assert rows == []
    assert problems[0].line == line
    assert words in problems[0].message


def test_a_byte_order_mark_is_no_part_of_the_heading() -> None:
    assert read_rows(b"\xef\xbb\xbffrom,to\n/a,/atlas\n")[1] == []
