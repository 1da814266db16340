"""What a project's own tests should hold of its migrations; the pytest plugin runs all of it."""

from pgevolve.testing.checks import (
    broken_entries,
    differences_from_models,
    lost_data,
    ways_back_that_fail,
)

__all__ = ["broken_entries", "differences_from_models", "lost_data", "ways_back_that_fail"]
