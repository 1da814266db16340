"""Storage parameters, as the server keeps them: `fillfactor=70`."""

from collections.abc import Iterator


def changed_options(alter: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """Yield the statements, begun with `alter`, that lead from some parameters to others."""
    changed = [option for option in after if option not in before]
    kept = {option.partition("=")[0] for option in after}
    gone = [option.partition("=")[0] for option in before if option.partition("=")[0] not in kept]
    if changed:
        yield f"{alter} SET ({', '.join(changed)})"
    if gone:
        yield f"{alter} RESET ({', '.join(gone)})"
