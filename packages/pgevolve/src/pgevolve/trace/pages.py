"""REVIEW.md written beside migrations."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import psycopg

from pgevolve.check.finding import Finding
from pgevolve.check.read import read_migrations
from pgevolve.check.run import check_sources
from pgevolve.errors import PgevolveError
from pgevolve.history import Migration
from pgevolve.project import Project
from pgevolve.reviewed import REVIEW
from pgevolve.trace.migration import trace_migration
from pgevolve.trace.review import review

QUICK_SIZES = (200, 2_000)
"""Rows a table at which `new` traces what it has written: enough to tell a scan, soon made."""


def write_reviews(
    project: Project, migrations: Sequence[Migration], today: date, sizes: Sequence[int] = QUICK_SIZES
) -> Iterator[Path | tuple[Migration, str]]:
    """Trace migrations of the history, write the page of each, and yield its path.

    Of one that cannot be traced the reason comes instead: it has no page then, and nothing is undone.
    """
    for migration in migrations:
        try:
            seen = trace_migration(project, migration.name, sizes)
        except (PgevolveError, psycopg.Error) as error:
            yield migration, str(error).splitlines()[0]
            continue
        assert seen is not None  # the history holds it
        path = migration.directory / REVIEW
        path.write_text(review(migration, seen, findings_of(project, migration, today)), encoding="utf-8")
        yield path


def findings_of(project: Project, migration: Migration, today: date) -> list[Finding]:
    """Return what the rules say of one migration of the history."""
    sources = read_migrations(project.migrations)
    for source in sources:
        source.reported = source.migration == migration.name
    names = [source.migration for source in sources]
    return check_sources(sources[: names.index(migration.name) + 1], project.check, today)
