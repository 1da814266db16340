"""The janitor: what an interrupted change left behind is found, explained, and cleared."""

from pgevolve.janitor.clear import Clearing, NotCleared, clear_debris
from pgevolve.janitor.debris import Debris, DebrisKind
from pgevolve.janitor.find import find_debris

__all__ = ["Clearing", "Debris", "DebrisKind", "NotCleared", "clear_debris", "find_debris"]
