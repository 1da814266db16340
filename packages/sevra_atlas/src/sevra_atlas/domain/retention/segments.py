"""The form of an exported month: gzip of JSON lines, one archived row a line, and a manifest beside it.

The row stands in its line as the text that was hashed, so that its hash can be taken again by anybody.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import msgspec

from sevra_atlas.domain.retention.errors import SegmentDamagedError, SegmentFormatError
from sevra_atlas.domain.retention.segment_store import SegmentStore

FORMAT = 1
_ENDING = ".jsonl.gz"
_NAMED = re.compile(r"rows-\d{4}-\d{2}\.\d+\.(jsonl\.gz|manifest\.json)(\.partial)?")
_LEVEL = 6
_PIECE_BYTES = 1 << 20


class Line(msgspec.Struct, frozen=True):
    """One archived row as a segment holds it; `row` is the text of which `sha256` is the hash."""

    id: int
    batch: int
    table: str
    row_id: int | None
    migration: str
    archived_at: str
    sha256: str
    row: str

    def is_whole(self) -> bool:
        """Whether the row is the one that was hashed."""
        return hashlib.sha256(self.row.encode()).hexdigest() == self.sha256


class Rewriting(msgspec.Struct, frozen=True):
    """One time that lines were taken out of a segment."""

    at: str
    why: str
    lines: int


class Manifest(msgspec.Struct, frozen=True):
    """What a segment holds; `rows_sha256` is taken over the hashes of its rows in their order."""

    format: int
    month: str
    sha256: str
    bytes: int
    row_count: int
    tables: dict[str, int]
    batches: dict[str, int]
    rows_sha256: str
    rewritten: list[Rewriting] = []


@dataclass(frozen=True, slots=True)
class Written:
    """A segment that was written to a draft."""

    sha256: bytes
    byte_size: int
    row_count: int


def segment_key(month: date, edition: int = 1) -> str:
    """Return the name of a month's segment, which has another one each time that it is written again."""
    return f"rows-{month:%Y-%m}.{edition}.jsonl.gz"


def edition_of(key: str) -> int:
    """Return how many times the segment of that name was written."""
    return int(key.removesuffix(_ENDING).rpartition(".")[2])


def is_segment(key: str) -> bool:
    """Tell whether a file is a segment, its manifest or a draft of one."""
    return _NAMED.fullmatch(key) is not None


def manifest_key(key: str) -> str:
    """Return the name of the manifest beside a segment."""
    return f"{key.removesuffix(_ENDING)}.manifest.json"


def write_lines(lines: Iterable[Line], file: IO[bytes]) -> int:
    """Write the lines, compressed; return how many. The same lines give the same bytes."""
    encoder, count = msgspec.json.Encoder(), 0
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed:
        for line in lines:
            packed.write(encoder.encode(line) + b"\n")
            count += 1
    return count


def written(draft: Path, row_count: int) -> Written:
    """Return what lies at a draft's path."""
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return Written(digest, draft.stat().st_size, row_count)


def read_lines(store: SegmentStore, key: str, sha256: bytes, format_version: int = FORMAT) -> Iterator[Line]:
    """Yield the lines of a segment in bounded memory, each with its hash taken again, then the file's.

    Raises SegmentMissingError, SegmentFormatError, SegmentDamagedError; a damage of the file that no line
    shows is known only at its end.
    """
    if format_version != FORMAT:
        raise SegmentFormatError(key, format_version, FORMAT)
    decoder, whole, rest = msgspec.json.Decoder(Line), hashlib.sha256(), b""
    unpacked = zlib.decompressobj(wbits=31)
    try:
        for piece in store.read(key):
            packed = bytes(piece)
            whole.update(packed)
            while packed and not unpacked.eof:
                # Bounded: what is packed well must not unpack into all of the memory.
                *complete, rest = (rest + unpacked.decompress(packed, _PIECE_BYTES)).split(b"\n")
                packed = unpacked.unconsumed_tail
                yield from (_whole(key, decoder.decode(text)) for text in complete)
    except (zlib.error, msgspec.DecodeError) as error:
        raise SegmentDamagedError(key, str(error)) from error
    if rest or not unpacked.eof or unpacked.unused_data or whole.digest() != sha256:
        raise SegmentDamagedError(key, "it is not the file that was written")


def _whole(key: str, line: Line) -> Line:
    if not line.is_whole():
        raise SegmentDamagedError(key, f"a row of {line.table} is not what was archived")
    return line
