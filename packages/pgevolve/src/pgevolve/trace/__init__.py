"""What statements do to everybody else, seen on a scratch server: locks, rewrites, scans, waits."""

from pgevolve.trace.model import HeldLock, LockMode, StepTrace, Waiting, strength
from pgevolve.trace.observe import TraceError, Tracer

__all__ = ["HeldLock", "LockMode", "StepTrace", "TraceError", "Tracer", "Waiting", "strength"]
