"""Names that the planner makes, short enough for the server."""

_NAME_BYTES = 63


def with_ending(base: str, ending: str) -> str:
    """Return a name with an ending, its own end cut off where the server would cut the ending."""
    return base.encode()[: _NAME_BYTES - len(ending.encode())].decode(errors="ignore") + ending
