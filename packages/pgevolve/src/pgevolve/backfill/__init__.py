"""Rows are filled in batches: each statement of `backfill.sql` runs over one range of blocks after another.

A statement is an UPDATE or DELETE of one table. It names its batch with `ctid >= $1 AND ctid < $2`, and its
condition passes over what is filled already. Each batch has a transaction of its own, in which its cursor
moves too. A row that is written meanwhile may go to where the batches have been: so the table is passed until
a pass finds nothing (docs/decisions/0026).
"""

from pgevolve.backfill.errors import UnsettledBackfillError
from pgevolve.backfill.script import as_block
from pgevolve.backfill.statement import Fill, fills
from pgevolve.backfill.walk import run_backfill

__all__ = ["Fill", "UnsettledBackfillError", "as_block", "fills", "run_backfill"]
