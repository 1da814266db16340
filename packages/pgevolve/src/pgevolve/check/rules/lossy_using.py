"""A conversion that throws something away."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE313", "lossy-using", "warning", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at USING with a function that forgets part of the value."""
    subject = seen.altered()
    described = tree.definition(seen.command)
    if subject is None or not described.HasField("raw_default"):
        return
    lossy = sorted({name for _, name in tree.called_functions(described.raw_default)} & _LOSSY)
    if lossy:
        yield Complaint(
            f"USING {', '.join(lossy)}() keeps only part of each value of"
            f" {subject}.{seen.command.name}, and the rest"
            " cannot be brought back",
            "keep the old column until nobody misses it, and fill a new one from it",
        )


_LOSSY = {
    "left",
    "right",
    "substr",
    "substring",
    "round",
    "floor",
    "ceil",
    "trunc",
    "date_trunc",
    "split_part",
}
