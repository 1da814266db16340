"""Millions of demo rows: the mass that the standard demo's way, a trigger for every row, cannot carry.

The base of the directory (provinces, cities, neighbourhoods, services, specialties, staff, pictures, some
salons with renamed and deleted ones) is the small demo, loaded by the usual loader with every trigger on.
The mass is made by generators that are functions of a row's number: one table never waits for another,
nothing is kept but one byte a review, and one seed gives one content. It is written by COPY as the owner,
with row and statement triggers off and foreign keys on. No index and no constraint is dropped: only
migrations change the schema.

What the triggers would have derived is derived set by set from the rows that lie in the tables, by the
functions that the triggers call. Counters of listings and posts are known before the row is written and
travel in it: an UPDATE afterwards would write each of a salon's 27 indexes a second time. The invariant
checks of `sevra_atlas.domain.invariants` then count everything again.

Everything up to the checks is one transaction, so a load that fails leaves neither rows nor a trigger that
is off. Search documents, which cost most, come after it in transactions of their own, two connections at a
time; a load that ends among them is noted as unfinished, and the next one refuses with a sentence.

Not made: rows of the outbox and of the audit log. The documents and statistics that an announcement asks for
are there, and nobody changed anything.
"""

from sevra_atlas.demo.scale.amounts import BULK_FROM, Amounts
from sevra_atlas.demo.scale.finish import finish
from sevra_atlas.demo.scale.load import load_rows
from sevra_atlas.demo.scale.server import bulk_settings
from sevra_atlas.demo.scale.timing import Part, Timings

__all__ = ["BULK_FROM", "Amounts", "Part", "Timings", "bulk_settings", "finish", "load_rows"]
