"""Preflight: what must be true of the server and the login before the first step, and what else to know."""

from pgevolve.preflight.errors import UnfitServerError, require_fit
from pgevolve.preflight.look import Limits, preflight
from pgevolve.preflight.model import Fact, PreflightReport, Space

__all__ = [
    "Fact",
    "Limits",
    "PreflightReport",
    "Space",
    "UnfitServerError",
    "preflight",
    "require_fit",
]
