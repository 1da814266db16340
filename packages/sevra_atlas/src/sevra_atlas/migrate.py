"""The pgevolve project of this package: which models, which history, who owns the schema."""

from importlib.metadata import version
from pathlib import Path

from pgevolve.project import BackupOptions, GateOptions, Project
from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import OWNER
from sevra_atlas.smoke import unanswered

MIGRATIONS = Path(__file__).with_name("migrations")


def project(scratch_url: str | None = None, backup: BackupOptions | None = None) -> Project:
    """Return the project; the job queue's schema belongs to others. Without `backup` no snapshot is taken."""
    return Project(
        metadata=metadata,
        migrations=MIGRATIONS,
        owner=OWNER,
        ignore_schemas=frozenset({"procrastinate"}),
        ignore_partitions=True,  # roll_partitions() makes and drops them
        scratch_url=scratch_url,
        gate=GateOptions(application="sevra", release=version("sevra-atlas")),
        smoke=(unanswered,),
        backup=backup or BackupOptions(),
    )
