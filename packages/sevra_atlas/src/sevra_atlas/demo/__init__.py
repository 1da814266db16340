"""Demo data: facts about the places of Iran, and invented salons, artists and reviews on them."""

from sevra_atlas.demo.counts import DemoCounts, counts
from sevra_atlas.demo.errors import BrokenInvariantsError, DemoDataPresentError, UnfinishedLoadError
from sevra_atlas.demo.generate import SEED, generate
from sevra_atlas.demo.load import Progress, load
from sevra_atlas.demo.rows import DemoData
from sevra_atlas.demo.size import STANDARD, Size

__all__ = [
    "SEED",
    "STANDARD",
    "BrokenInvariantsError",
    "DemoCounts",
    "DemoData",
    "DemoDataPresentError",
    "Progress",
    "Size",
    "UnfinishedLoadError",
    "counts",
    "generate",
    "load",
]
