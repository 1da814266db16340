"""Renames by intent: an object of the models is one that was there, under another name."""

from pgevolve.plan.renames.compatible import with_old_names
from pgevolve.plan.renames.following import of_what_stands_on_them
from pgevolve.plan.renames.model import Rename, Renaming, renaming
from pgevolve.plan.renames.said import renames_of, still_to_do

__all__ = [
    "Rename",
    "Renaming",
    "of_what_stands_on_them",
    "renames_of",
    "renaming",
    "still_to_do",
    "with_old_names",
]
