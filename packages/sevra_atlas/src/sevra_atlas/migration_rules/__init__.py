"""Rules of this platform for its own migrations, given to the checker by the entry point `pgevolve.rules`.

That a foreign key needs an index is a rule of the engine (PE408).
"""

from sevra_atlas.migration_rules.batch_column import batch_column
from sevra_atlas.migration_rules.live_view import live_view
from sevra_atlas.migration_rules.partial_indexes import partial_indexes
from sevra_atlas.migration_rules.path_trigger import path_trigger

RULES = (batch_column, live_view, partial_indexes, path_trigger)
