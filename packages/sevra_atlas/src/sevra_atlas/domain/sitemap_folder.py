"""The folder from which the site serves the sitemap: one complete set of files at a time.

`current` is a link to the set that is served. A new set is made beside it, of new files and of links to the
unchanged ones, is brought to the disk, and takes its place by one rename. Whatever ends the writer, `current`
names a complete set: the one before or the new one.
"""

import gzip
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from sevra_atlas.domain.sitemap_xml import (
    CAPS,
    URLSET_HEAD,
    URLSET_TAIL,
    Caps,
    file_name,
    parts,
    robots_text,
)

INDEX, FILES, ROBOTS = "sitemap.xml", "sitemaps", "robots.txt"
_CURRENT, _SETS, _MANIFEST = "current", "sets", "manifest.json"

# A line at a time would spend more on the calls than on what they do.
_BLOCK = 65_536

# Called before each step, with its name.
OnStep = Callable[[str], None]


class Manifest(msgspec.Struct, frozen=True):
    """What a set holds: the address its links begin with, and the SHA-256 of each file before compression."""

    base_url: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of a new set; size and hash are those of the XML before compression."""

    name: str
    url_count: int
    byte_count: int
    sha256: bytes


@dataclass(slots=True)
class _Part:
    """A part that is being written."""

    path: Path
    raw: BinaryIO
    packed: gzip.GzipFile
    count: int = 0
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    block: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes) -> None:
        self.block += data
        if len(self.block) >= _BLOCK:
            self._write_block()

    def close(self) -> None:
        self.write(URLSET_TAIL)
        self._write_block()
        self.packed.close()
        _to_disk(self.raw)
        self.raw.close()

    def _write_block(self) -> None:
        self.packed.write(self.block)
        self.digest.update(self.block)
        self.size += len(self.block)
        self.block.clear()


class NewSet:
    """A set that is being made; nobody sees it before `publish()`."""

    def __init__(self, folder: Path, caps: Caps, on_step: OnStep) -> None:
        self._folder, self._caps, self._on_step = folder, caps, on_step
        self._name = secrets.token_hex(8)
        self._draft = folder / _SETS / f"draft-{self._name}"
        on_step("make draft")
        (self._draft / FILES).mkdir(parents=True)

    def keep(self, name: str) -> None:
        """Take a file of the current set over as it is."""
        self._on_step(f"keep {name}")
        source, target = self._folder / _CURRENT / FILES / name, self._draft / FILES / name
        try:
            target.hardlink_to(source)
        except OSError:
            # A disk without links. The set is complete only when the copy is.
            shutil.copyfile(source, target)

    def write_shard(self, section: str, shard: int, lines: Iterable[bytes]) -> tuple[WrittenFile, ...]:
        """Write the files of a shard, none for no lines; memory is bounded by a block."""
        written: list[_Part] = []
        for number, line in parts(lines, self._caps):
            if number == len(written):
                self._close(written)
                written.append(self._begin(f"{section}-{shard}.part-{number}"))
            written[-1].write(line)
            written[-1].count += 1
        self._close(written)
        files = []
        for number, part in enumerate(written):
            # How many parts there are is known at the end; nobody reads a draft.
            name = file_name(section, shard, number, len(written))
            part.path.rename(self._draft / FILES / name)
            files.append(WrittenFile(name, part.count, part.size, part.digest.digest()))
        return tuple(files)

    def publish(self, index: bytes, manifest: Manifest) -> None:
        """Write the index, bring all to the disk, and let the set take the place of the current one."""
        self._write(INDEX, index)
        self._write(_MANIFEST, msgspec.json.encode(manifest))
        self._on_step("sync folders")
        _sync_folder(self._draft / FILES)
        _sync_folder(self._draft)
        made = self._folder / _SETS / self._name
        self._on_step("name set")
        self._draft.rename(made)
        _sync_folder(self._folder / _SETS)
        link = self._folder / f"{_CURRENT}.{self._name}"
        self._on_step("link set")
        link.symlink_to(Path(_SETS) / self._name)
        self._on_step("switch")
        link.replace(self._folder / _CURRENT)
        self._on_step("sync switch")
        _sync_folder(self._folder)

    def _begin(self, name: str) -> _Part:
        self._on_step(f"write {name}")
        path = self._draft / FILES / name
        raw = path.open("xb")
        part = _Part(path, raw, gzip.GzipFile("", "wb", 6, raw, mtime=0))
        part.write(URLSET_HEAD)
        return part

    def _close(self, written: list[_Part]) -> None:
        if written and not written[-1].raw.closed:
            self._on_step(f"close {written[-1].path.name}")
            written[-1].close()

    def _write(self, name: str, data: bytes) -> None:
        self._on_step(f"write {name}")
        with (self._draft / name).open("xb") as file:
            file.write(data)
            _to_disk(file)


class SitemapFolder:
    """The folder of the sitemap. One process writes it at a time; any number read it.

    `base_url` is the first part of every address in it, without a slash at its end.
    """

    def __init__(self, path: Path, base_url: str, caps: Caps = CAPS) -> None:
        self.path, self.base_url, self.caps = path, base_url, caps

    def manifest(self) -> Manifest | None:
        """Return what the current set holds; None when there is none."""
        try:
            return msgspec.json.decode((self.path / _CURRENT / _MANIFEST).read_bytes(), type=Manifest)
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes | None:
        """Return a file of the current set, or None: `sitemap.xml`, or `sitemaps/` and the name of a file."""
        try:
            return (self.path / _CURRENT / name).read_bytes()
        except FileNotFoundError:
            return None

    def begin(self, on_step: OnStep) -> NewSet:
        """Begin a new set; what killed writers left behind goes first."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.sweep(on_step)
        return NewSet(self.path, self.caps, on_step)

    def sweep(self, on_step: OnStep) -> None:
        """Remove every set but the current one. Who opened a file of an older one goes on reading it."""
        on_step("sweep")
        served = self.path / _CURRENT
        kept = served.readlink().name if served.is_symlink() else None
        for left in (self.path / _SETS).glob("*"):
            if left.name != kept:
                shutil.rmtree(left)
        for link in self.path.glob(f"{_CURRENT}.*"):
            link.unlink()

    def write_robots(self) -> None:
        """Write `robots.txt`, which a server in front of the site can serve as it is."""
        self.path.mkdir(parents=True, exist_ok=True)
        wanted = robots_text(self.base_url).encode()
        target = self.path / ROBOTS
        with suppress(FileNotFoundError):
            if target.read_bytes() == wanted:
                return
        draft = self.path / f"{ROBOTS}.{secrets.token_hex(4)}"
        with draft.open("xb") as file:
            file.write(wanted)
            _to_disk(file)
        draft.replace(target)
        _sync_folder(self.path)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
