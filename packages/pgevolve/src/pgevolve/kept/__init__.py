"""The scratch server that is kept between runs, with the databases that are worth keeping.

Starting a cluster, building the models and replaying a history take most of the time of `new`, and are the
same from run to run. What is kept is only ever a saving: where it cannot be had, a run makes everything anew.
"""

from pgevolve.kept.place import kept_server
from pgevolve.kept.templates import Templates

__all__ = ["Templates", "kept_server"]
