"""Encryption with age: to public keys when a snapshot is made, with a private key when it is read."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyrage

from pgevolve.snapshot.errors import IdentityFileError, PlainTextChangedError, RecipientError, WrongKeyError

ENCRYPTED = ".age"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Hashed:
    """The bytes of a file and their SHA-256 as hexadecimal digits."""

    size: int
    sha256: str


class HashingFile:
    """A file whose bytes are hashed as they pass; readable or writable, as the file below is.

    `failed` is what the disk said when it did not take them: the cipher's own errors hide it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.failed: OSError | None = None
        self._hash = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Read as the file does."""
        return self._noted(self._file.read(size))

    def write(self, data: bytes) -> int:
        """Write as the file does."""
        with self._failure_kept():
            return self._file.write(self._noted(data))

    def flush(self) -> None:
        """Hand on what is buffered."""
        with self._failure_kept():
            self._file.flush()

    def result(self) -> Hashed:
        """Return what has passed so far."""
        return Hashed(self._size, self._hash.hexdigest())

    @contextmanager
    def _failure_kept(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failed = error
            raise

    def _noted(self, data: bytes) -> bytes:
        self._hash.update(data)
        self._size += len(data)
        return data


def hash_file(path: Path) -> Hashed:
    """Read a file and return its size and hash."""
    with path.open("rb") as file:
        hashing = HashingFile(file)
        while hashing.read(_CHUNK_BYTES):
            pass
    return hashing.result()


def parsed_recipients(texts: Iterable[str]) -> list[pyrage.x25519.Recipient]:
    """Return public keys of age. Raises RecipientError."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError as error:
            raise RecipientError(text) from error
    return found


def read_identities(path: Path) -> list[pyrage.x25519.Identity]:
    """Return the private keys in a file of `age-keygen`, a line each. Raises IdentityFileError."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except OSError as error:
        raise IdentityFileError(str(path), error.strerror or str(error)) from error
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise IdentityFileError(str(path), "a line of it is no private key of age") from error
    if not keys:
        raise IdentityFileError(str(path), "it holds no key")
    return keys


def encrypt_file(path: Path, recipients: Sequence[pyrage.x25519.Recipient]) -> tuple[Hashed, Hashed]:
    """Replace a file by `NAME.age`; return the facts of the ciphertext and of the plain text.

    The plain text is removed when the ciphertext is on the disk. Raises OSError.
    """
    target = path.with_name(path.name + ENCRYPTED)
    with path.open("rb") as source, target.open("wb") as sink:
        plain, cipher = HashingFile(source), HashingFile(sink)
        try:
            pyrage.encrypt_io(plain, cipher, recipients)
        except pyrage.EncryptError as error:
            raise cipher.failed or error from error
        sink.flush()
        os.fsync(sink.fileno())
    path.unlink()
    return cipher.result(), plain.result()


def decrypt_file(
    name: str, path: str, source: IO[bytes], sink: IO[bytes], identities: Sequence[pyrage.x25519.Identity]
) -> Hashed:
    """Decrypt a file whose ciphertext is as it was written; return the facts of the plain text.

    Raises WrongKeyError; then nothing was written. Raises PlainTextChangedError for what is no whole file of
    age: it was damaged before it was hashed. Raises OSError of a disk that does not take the plain text.
    """
    plain = HashingFile(sink)
    try:
        pyrage.decrypt_io(source, plain, identities)
    except pyrage.DecryptError as error:
        raise plain.failed or WrongKeyError(name, path) from error
    except OSError as error:
        if plain.failed is not None or error.errno is not None:
            raise plain.failed or error from error
        raise PlainTextChangedError(name, path) from error
    return plain.result()
