"""A key, counted or computed column gets another name: it stays what it is, the new name stands beside it.

What stands on such a column cannot stand on two, or not without being built anew: keys that others refer to,
the counter, the expression. So a plain column of the new name is kept in step until the contract. There it
goes, and the old one takes its name, with all that stands on it; no row is looked at.
"""

from pgevolve.plan.twins.exchange import exchanged
from pgevolve.plan.twins.found import twins
from pgevolve.plan.twins.model import Twin, without
from pgevolve.plan.twins.staged import Staged, staged
from pgevolve.plan.twins.sync import with_twins

__all__ = ["Staged", "Twin", "exchanged", "staged", "twins", "with_twins", "without"]
