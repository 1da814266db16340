"""What the database refuses in the tables of the workers: search, statistics, sitemap files, roll-ups."""

import pytest
from databases import acting_as, violated_by
from factories import make_city, make_salon
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import OWNER

DOCUMENT = "INSERT INTO search_documents (entity_type, entity_id, title, name_norm, tsv{0}) VALUES ({1}{2})"
FILE = (
    "INSERT INTO sitemap_files (name, section, shard, url_count, byte_count, content_hash, lastmod)"
    " VALUES ('x', 'geo', 0, {0}, {1}, sha256('x'), now())"
)
SALON = "'SALON', :salon, 'x', 'x', 'x'"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        # The rank would not fit into its column: that speaks before the check does.
        (DOCUMENT.format(", popularity", SALON, ", 1048576"), "22003"),
        (DOCUMENT.format(", popularity", SALON, ", -1"), "search_documents_popularity_check"),
        (DOCUMENT.format(", rating_bucket", SALON, ", 6"), "search_documents_rating_bucket_check"),
        (DOCUMENT.format(", locale", SALON, ", 'de'"), "search_documents_locale_check"),
        (
            DOCUMENT.format("", "'SALON', 987654321, 'x', 'x', 'x'", ""),
            "search_documents_entity_type_entity_id_fkey",
        ),
        (DOCUMENT.format("", "'SALON', 1099511627776, 'x', 'x', 'x'", ""), "search_documents_check"),
        (DOCUMENT.format(", city_id", SALON, ", 987654321"), "search_documents_city_id_fkey"),
        (
            "INSERT INTO search_lexemes (lexeme, doc_count, trigrams) VALUES ('x', -1, '{}')",
            "search_lexemes_doc_count_check",
        ),
        ("INSERT INTO search_weights (name, weight) VALUES ('x', -1)", "search_weights_weight_check"),
        ("INSERT INTO search_weights (name, weight) VALUES ('text', 1)", "search_weights_pkey"),
        ("INSERT INTO city_stats (city_id, salon_count) VALUES (:city, -1)", "city_stats_check"),
        ("INSERT INTO city_stats (city_id, rating_sum) VALUES (:city, 5)", "city_stats_check1"),
        ("INSERT INTO city_stats (city_id) VALUES (987654321)", "city_stats_city_id_fkey"),
        (
            "INSERT INTO city_stats (city_id, avg_rating) VALUES (:city, 5)",
            "428C9",
        ),
        ("INSERT INTO sitemap_shards (section, shard) VALUES ('x', 0)", "sitemap_shards_section_check"),
        (FILE.format(1, 1), "sitemap_files_section_shard_fkey"),
        (FILE.format(50001, 1), "sitemap_files_check"),
        (FILE.format(1, 52428801), "sitemap_files_check"),
        ("INSERT INTO sitemap_urls (path, section) VALUES ('/nowhere', 'static')", "sitemap_urls_path_fkey"),
        ("INSERT INTO sitemap_urls (path, section) VALUES ('/', 'x')", "sitemap_urls_section_check"),
        (
            "INSERT INTO sitemap_urls (path, section, entity_type) VALUES ('/', 'static', 'SALON')",
            "sitemap_urls_check",
        ),
        ("INSERT INTO path_misses (path, count) VALUES ('/x', 0)", "path_misses_count_check"),
        ("INSERT INTO path_hit_deltas (path, hits) VALUES ('/x', 0)", "path_hit_deltas_hits_check"),
        (
            "UPDATE retention_policies SET archive_days = 0 WHERE entity_type = 'SALON'",
            "retention_policies_archive_days_check",
        ),
        (
            "INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('SALON', :salon, ' ')",
            "legal_holds_reason_check1",
        ),
        (
            "INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('SALON', 987654321, 'x')",
            "legal_holds_entity_type_entity_id_fkey",
        ),
        (
            "INSERT INTO erasures (user_id, subject_hmac, due_at) VALUES (1, 'x', now())",
            "erasures_subject_hmac_check",
        ),
        (
            (
                "INSERT INTO otp_attempts (phone_e164, purpose, user_agent)"
                " VALUES ('+98', 'LOGIN', repeat('x', 256))"
            ),
            "otp_attempts_user_agent_check",
        ),
        (
            "INSERT INTO audit_log (table_name, row_key, action, changes) VALUES ('x', '1', 'seen', '{}')",
            "audit_log_action_check",
        ),
        (
            (
                "INSERT INTO archive.rows (batch_id, table_name, row, row_sha256, migration)"
                " VALUES (987654321, 'x', '{}', sha256('x'), 'x')"
            ),
            "rows_batch_id_fkey",
        ),
        (
            (
                "INSERT INTO archive.rows (batch_id, table_name, row, row_sha256, migration)"
                " VALUES (1, 'x', '{}', 'x', 'x')"
            ),
            "rows_row_sha256_check",
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(session: Session, statement: str, constraint: str) -> None:
    facts = {"salon": make_salon(session).id, "city": make_city(session).id}
    named = {name: value for name, value in facts.items() if f":{name}" in statement}

    with acting_as(session, OWNER):
        refusal = violated_by(session, lambda: session.execute(text(statement), named))

    assert refusal == constraint


def test_documents_rank_by_popularity_then_rating_then_age(session: Session) -> None:
    salons = [make_salon(session).id for _ in range(4)]
    marks = [(1, 0), (0, 5), (0, 4), (0, 4)]
    insert = text(DOCUMENT.format(", popularity, rating_bucket", SALON, ", :popularity, :bucket"))
    with acting_as(session, OWNER):
        for salon, (popularity, bucket) in zip(salons, marks, strict=True):
            session.execute(insert, {"salon": salon, "popularity": popularity, "bucket": bucket})

        ranked = session.execute(
            text(
                "SELECT entity_id, 1099511627775 - (rank_key & 1099511627775) AS again"
                " FROM search_documents ORDER BY rank_key DESC"
            )
        ).all()

    assert [row.entity_id for row in ranked] == salons
    assert [row.again for row in ranked] == salons


def test_the_highest_rank_still_fits(session: Session) -> None:
    salon = make_salon(session).id
    insert = text(DOCUMENT.format(", popularity, rating_bucket", SALON, ", 1048575, 5"))
    with acting_as(session, OWNER):
        session.execute(insert, {"salon": salon})

        assert session.scalar(text("SELECT rank_key < 9223372036854775807 FROM search_documents"))
