"""A page of the documentation, taken apart into its fenced blocks and the commands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^```(.*)$")
_TITLE = re.compile(r"\btitle=(\S+)")
_FIRST_COMMENT = re.compile(r"^(?:#|--) ([\w./-]+\.(?:py|sql|toml|txt|yaml|ini))$")
_CHANGED = re.compile(r"^--- ([\w./-]+)$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what stands after it, and where its first line is in the page, from 0."""

    info: str
    begin: int
    lines: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.info.split(" ", 1)[0]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def file(self) -> str | None:
        """The file that the block is, by its info string or by its first line."""
        first = self.lines[0] if self.lines else ""
        found = _TITLE.search(self.info) or _FIRST_COMMENT.match(first)
        return None if found is None else found[1]

    @property
    def changed_file(self) -> str | None:
        """The file that a block `diff` changes, by its first line `--- models.py`."""
        found = _CHANGED.match(self.lines[0]) if self.lines else None
        return None if found is None else found[1]


@dataclass(frozen=True, slots=True)
class Command:
    """What follows `$ `, with the lines that continue it, and the output that the page shows for it.

    `begin` and `end` bound the output in the page's lines.
    """

    line: int
    text: str
    output: tuple[str, ...]
    begin: int
    end: int


def blocks(page: str) -> Iterator[Block]:
    """Return the fenced blocks in their order. A fence that is not closed ends with the page."""
    info: str | None = None
    begin = 0
    lines = page.splitlines()
    for number, line in enumerate([*lines, "```"]):
        found = _FENCE.match(line)
        if found is None:
            continue
        if info is None:
            info, begin = found[1], number + 1
        else:
            yield Block(info, begin, tuple(lines[begin:number]))
            info = None


def commands(block: Block) -> Iterator[Command]:
    """Return the commands of a block `console`. Lines before the first one belong to none."""
    starts = [number for number, line in enumerate(block.lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        last = start
        # As in a shell: a backslash at the end, or the prompt of a line that goes on.
        while last + 1 < end and (block.lines[last].endswith("\\") or block.lines[last + 1].startswith("> ")):
            last += 1
        typed = [line.removeprefix("> ") for line in block.lines[start + 1 : last + 1]]
        yield Command(
            line=block.begin + start,
            text="\n".join([block.lines[start].removeprefix("$ "), *typed]),
            output=block.lines[last + 1 : end],
            begin=block.begin + last + 1,
            end=block.begin + end,
        )
