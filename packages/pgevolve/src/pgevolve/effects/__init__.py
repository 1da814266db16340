"""What a statement will do to everybody else, said from its text and the schema it meets, without running it.

Each claim is proved by the matrix of the tests, which runs the statement on every server version at hand
and compares what `trace` saw. The rules behind the claims: PostgreSQL's documentation of ALTER TABLE, CREATE
INDEX and of explicit locking, and what the servers did.
"""

from pgevolve.effects.facts import ColumnFacts, ConstraintFacts, IndexFacts, RelationFacts, SchemaFacts
from pgevolve.effects.model import Effect
from pgevolve.effects.statements import effect_of

__all__ = [
    "ColumnFacts",
    "ConstraintFacts",
    "Effect",
    "IndexFacts",
    "RelationFacts",
    "SchemaFacts",
    "effect_of",
]
