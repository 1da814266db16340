"""A column gets another type while old and new code write: a new one stands beside it until the contract.

Planned like a rename: the new column has a name of its own, a trigger keeps both in step, batches fill it,
and what stands on it is built beside what stands on the old one. The contract gives it the name.
"""

from pgevolve.plan.retyping.back import back, leads_back
from pgevolve.plan.retyping.exchange import Exchange, exchange
from pgevolve.plan.retyping.found import retypings
from pgevolve.plan.retyping.retyping import Retyping
from pgevolve.plan.retyping.staged import Staged, staged
from pgevolve.plan.retyping.sync import as_renames, with_new_columns

__all__ = [
    "Exchange",
    "Retyping",
    "Staged",
    "as_renames",
    "back",
    "exchange",
    "leads_back",
    "retypings",
    "staged",
    "with_new_columns",
]
