"""The passwords of the logins that `sevra up` made, in one file that only its user reads."""

import json
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sevra_atlas.settings import SetupError

_HEADER = (
    "# Made by `sevra up`: who reads this file can write to the database. Lost passwords are made anew.\n"
)
_PASSWORD_BYTES = 24


class CredentialsFileError(SetupError):
    """The file of passwords cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason
        self.hint = f"remove {str(path)!r}: `sevra up` makes new passwords"

    def __str__(self) -> str:
        return f"the file of passwords {str(self.path)!r} cannot be read: {self.reason}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The file `credentials.toml`: by database, by login, a password."""

    path: Path

    def passwords(self, database: str) -> dict[str, str]:
        """Return the passwords of one database's logins; none when the file or its part is missing."""
        return self._content().get(database, {})

    def remember(self, database: str, passwords: Mapping[str, str]) -> None:
        """Write one database's passwords; the file (mode 600) is replaced in one step."""
        content = {**self._content(), database: dict(passwords)}
        lines = [_HEADER]
        for name, logins in content.items():
            lines.append(f"[{_quoted(name)}]\n")
            lines += [f"{_quoted(login)} = {_quoted(password)}\n" for login, password in logins.items()]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("".join(lines))
        draft.replace(self.path)

    def _content(self) -> dict[str, dict[str, str]]:
        try:
            content = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CredentialsFileError(self.path, str(error)) from error
        if not all(isinstance(logins, dict) for logins in content.values()):
            raise CredentialsFileError(self.path, "it is not a table of databases")
        return content


def new_password() -> str:
    """Return a password of 192 random bits."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string as long as letters outside ASCII stay as they are.
    return json.dumps(text, ensure_ascii=False)
