"""The search index: documents, the words in them, what weighs how much."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ARRAY, BigInteger, ForeignKeyConstraint, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import column, foreign_index, generated, index, reference
from sevra_atlas.schema.enums import EntityType


class SearchDocument(Base):
    """What search knows of one public entity in one locale."""

    __tablename__ = "search_documents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entity_type", "entity_id"],
            ["entities.entity_type", "entities.entity_id"],
            ondelete="CASCADE",
        ),
        {"comment": "what search knows of public entities"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("entity_id < 1099511627776",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(("tsv",), using="gin", parameters=(("fastupdate", "off"),)),
        index("locale", "entity_type", "rank_key DESC"),
        index("locale", "entity_type", "city_id", "rank_key DESC", where="city_id IS NOT NULL"),
        index("entity_type", "published_at DESC", "entity_id DESC", where="published_at IS NOT NULL"),
        foreign_index("city_id"),
    )

    entity_type: Mapped[EntityType] = column("kind of the entity", primary_key=True)
    entity_id: Mapped[int] = column("the entity", primary_key=True, autoincrement=False)
    locale: Mapped[str] = column(
        "language of the text", Text(), default="'fa'", checks=("{c} IN ('fa', 'en')",), primary_key=True
    )
    title: Mapped[str] = column("what the result shows", Text())
    name_norm: Mapped[str] = column("name as fa_norm_v1 folds it", Text())
    tsv: Mapped[Any] = column("stems with their weights", TSVECTOR(), nullable=False)
    popularity: Mapped[int] = column(
        "how much it is visited or reviewed", Integer(), default="0", checks=("{c} BETWEEN 0 AND 1048575",)
    )
    rating_bucket: Mapped[int] = column(
        "mean rating, whole points", SmallInteger(), default="0", checks=("{c} BETWEEN 0 AND 5",)
    )
    rank_key: Mapped[int] = generated(
        "keyset key: popularity (bits 62..43), bucket (42..40), 1099511627775 - entity_id (39..0)",
        "popularity::bigint * 8796093022208 + rating_bucket::bigint * 1099511627776"
        " + (1099511627775 - entity_id)",
        BigInteger(),
    )
    published_at: Mapped[datetime | None] = column("publication, of posts")
    city_id: Mapped[int | None] = reference("cities.id", "city, of listings", ondelete="SET NULL")
    norm_version: Mapped[int] = column("which folding made it", SmallInteger(), default="1")
    updated_at: Mapped[datetime] = column("when it was made", default="now()")


class SearchLexeme(Base):
    """One word that documents hold."""

    __tablename__ = "search_lexemes"
    __table_args__ = ({"comment": "words of the documents"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(("trigrams",), using="gin"),
        index("lexeme text_pattern_ops"),
        index("doc_count DESC", "lexeme"),
    )

    lexeme: Mapped[str] = column("the word", Text(), primary_key=True)
    doc_count: Mapped[int] = column("documents that hold it", Integer(), checks=("{c} >= 0",))
    trigrams: Mapped[list[str]] = column("its trigrams, for typing errors", ARRAY(Text()), nullable=False)


class SearchWeight(Base):
    """How much one part of a match counts; all together 1,000."""

    __tablename__ = "search_weights"
    __table_args__ = ({"comment": "what counts how much in a ranking; the sum is 1000"},)

    name: Mapped[str] = column("part of the match", Text(), primary_key=True)
    weight: Mapped[int] = column("share of 1000", Integer(), checks=("{c} BETWEEN 0 AND 1000",))
