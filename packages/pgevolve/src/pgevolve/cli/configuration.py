"""`[tool.pgevolve]` of a pyproject.toml."""

import importlib
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgevolve.errors import UsageError
from pgevolve.project import (
    BackfillOptions,
    BackupOptions,
    CheckOptions,
    GateOptions,
    Project,
    RehearsalOptions,
)

if TYPE_CHECKING:
    from sqlalchemy import MetaData

_TABLE = "[tool.pgevolve]"
_ABOVE_ZERO = frozenset({"target_seconds", "min_blocks", "first_blocks", "max_blocks"})


class NoConfigurationError(UsageError):
    """No pyproject.toml with the settings stands here or above."""

    hint = f"run it inside the project, or add {_TABLE} with metadata and migrations to its pyproject.toml"

    def __init__(self, start: Path) -> None:
        super().__init__(start)
        self.start = start

    def __str__(self) -> str:
        return f"no pyproject.toml with {_TABLE} was found in or above {str(self.start)!r}"


class ConfigurationError(UsageError):
    """A setting is missing, unknown or wrong."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason
        self.hint = f"correct {_TABLE} in {str(path)!r}"

    def __str__(self) -> str:
        return f"the settings of {str(self.path)!r} cannot be used: {self.reason}"


class NoDatabaseAddressError(UsageError):
    """The environment variable that names the database is not set."""

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self.variable = variable
        self.hint = f"set {variable}=postgresql://user@host/database"

    def __str__(self) -> str:
        return f"the environment variable {self.variable} is not set"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings as they stand in the file; `metadata` is `package.module:attribute`."""

    path: Path
    metadata: str
    migrations: str
    owner: str | None = None
    ignore_schemas: tuple[str, ...] = ()
    ignore_partitions: bool = False
    ignore_tables: tuple[str, ...] = ()
    url_env: str = "DATABASE_URL"
    check: CheckOptions = field(default_factory=CheckOptions)
    gate: GateOptions = field(default_factory=GateOptions)
    backup: BackupOptions = field(default_factory=BackupOptions)
    backfill: BackfillOptions = field(default_factory=BackfillOptions)
    rehearsal: RehearsalOptions = field(default_factory=RehearsalOptions)
    copies_url_env: str | None = None

    @property
    def folder(self) -> Path:
        """The folder of the history."""
        return self.path.parent / self.migrations

    def project(self) -> Project:
        """Import the models and return the project. Raises ConfigurationError."""
        return Project(
            metadata=self._imported(),
            migrations=self.folder,
            owner=self.owner,
            ignore_schemas=frozenset(self.ignore_schemas),
            ignore_partitions=self.ignore_partitions,
            ignore_tables=frozenset(self.ignore_tables),
            check=self.check,
            gate=self.gate,
            backup=self.backup_options(),
            backfill=self.backfill,
            rehearsal=self.rehearsal,
        )

    def backup_options(self) -> BackupOptions:
        """Return the options of snapshots, a relative directory taken from where the file is."""
        if "://" in self.backup.destination:
            return self.backup
        return replace(self.backup, destination=str(self.path.parent / self.backup.destination))

    def url(self, environment: Mapping[str, str]) -> str:
        """Return the address of the database. Raises NoDatabaseAddressError."""
        url = environment.get(self.url_env)
        if not url:
            raise NoDatabaseAddressError(self.url_env)
        return url

    def copies_url(self, environment: Mapping[str, str]) -> str | None:
        """Return the address of the login that makes copies; None where the deployer's own does.

        Raises NoDatabaseAddressError.
        """
        if self.copies_url_env is None:
            return None
        url = environment.get(self.copies_url_env)
        if not url:
            raise NoDatabaseAddressError(self.copies_url_env)
        return url

    def _imported(self) -> "MetaData":
        from sqlalchemy import MetaData

        module_name, _, attribute = self.metadata.partition(":")
        # The project itself need not be installed.
        sys.path.insert(0, str(self.path.parent))
        try:
            found: Any = importlib.import_module(module_name)
            for part in attribute.split("."):
                found = getattr(found, part)
        except (ImportError, AttributeError, ValueError) as error:
            raise ConfigurationError(self.path, f"metadata {self.metadata!r}: {error}") from error
        finally:
            sys.path.remove(str(self.path.parent))
        if not isinstance(found, MetaData):
            raise ConfigurationError(self.path, f"{self.metadata!r} is no MetaData")
        return found


def read_configuration(path: Path | None, start: Path) -> Configuration:
    """Return the settings of a file, or of the nearest pyproject.toml that has them, from `start` upward.

    Raises NoConfigurationError, ConfigurationError.
    """
    if path is not None:
        found = _table(path)
        if found is None:
            raise ConfigurationError(path, f"it has no {_TABLE}")
        return _configuration(path.absolute(), found)
    for directory in (start, *start.parents):
        candidate = directory / "pyproject.toml"
        found = _table(candidate) if candidate.is_file() else None
        if found is not None:
            return _configuration(candidate, found)
    raise NoConfigurationError(start)


def _table(path: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(path, str(error)) from error
    table = content.get("tool", {}).get("pgevolve")
    return table if isinstance(table, dict) else None


def _configuration(path: Path, table: Mapping[str, Any]) -> Configuration:
    texts = {"metadata", "migrations", "owner", "url_env"}
    lists = {"ignore_schemas", "ignore_partitions", "ignore_tables"}
    others = lists | {"check", "backup", "backfill", "gate", "rehearsal"}
    unknown = table.keys() - texts - others
    if unknown:
        raise ConfigurationError(path, f"unknown {', '.join(sorted(unknown))}")
    missing = {"metadata", "migrations"} - table.keys()
    if missing:
        raise ConfigurationError(path, f"missing {', '.join(sorted(missing))}")
    wrong = sorted(key for key in texts & table.keys() if not isinstance(table[key], str))
    schemas = table.get("ignore_schemas", [])
    if wrong or not isinstance(schemas, list) or not all(isinstance(schema, str) for schema in schemas):
        raise ConfigurationError(path, f"no text in {', '.join(wrong) or 'ignore_schemas'}")
    partitions = table.get("ignore_partitions", False)
    if not isinstance(partitions, bool):
        raise ConfigurationError(path, "neither true nor false in ignore_partitions")
    return Configuration(
        path,
        **{key: table[key] for key in texts & table.keys()},
        ignore_schemas=tuple(schemas),
        ignore_partitions=partitions,
        ignore_tables=_tables(path, table.get("ignore_tables", [])),
        check=_check_options(path, table.get("check", {})),
        gate=_gate_options(path, table.get("gate", {})),
        backup=_backup_options(path, table.get("backup", {})),
        backfill=_backfill_options(path, table.get("backfill", {})),
        rehearsal=_rehearsal_options(path, table.get("rehearsal", {})),
        copies_url_env=table.get("rehearsal", {}).get("url_env"),
    )


def _tables(path: Path, tables: Any) -> tuple[str, ...]:
    if not isinstance(tables, list) or not all(isinstance(table, str) and "." in table for table in tables):
        raise ConfigurationError(path, "no list of schema.table in ignore_tables")
    return tuple(tables)


def _check_options(path: Path, table: Any) -> CheckOptions:
    kinds = {"target_version": int, "require_comments": bool}
    if not isinstance(table, dict) or table.keys() - kinds.keys():
        raise ConfigurationError(path, f"check has other settings than {', '.join(kinds)}")
    wrong = [key for key, value in table.items() if type(value) is not kinds[key]]
    if wrong:
        raise ConfigurationError(path, f"{wrong[0]} of check is no {kinds[wrong[0]].__name__}")
    return CheckOptions(**table)


def _gate_options(path: Path, table: Any) -> GateOptions:
    numbers, texts = {"quiet_minutes", "minimum_age_hours"}, {"application", "distribution"}
    if not isinstance(table, dict) or table.keys() - numbers - texts:
        names = ", ".join(sorted(numbers | texts))
        raise ConfigurationError(path, f"gate has other settings than {names}")
    wrong = [
        key
        for key, value in table.items()
        if not isinstance(value, str if key in texts else int | float) or isinstance(value, bool)
    ]
    if wrong:
        raise ConfigurationError(
            path, f"{wrong[0]} of gate is no {'text' if wrong[0] in texts else 'number'}"
        )
    distribution = table.get("distribution")
    try:
        release = None if distribution is None else version(distribution)
    except PackageNotFoundError as error:
        raise ConfigurationError(path, f"distribution {distribution!r} of gate is not installed") from error
    return GateOptions(
        quiet=timedelta(minutes=table.get("quiet_minutes", 10)),
        minimum_age=timedelta(hours=table.get("minimum_age_hours", 0)),
        application=table.get("application"),
        release=release,
    )


def _backup_options(path: Path, table: Any) -> BackupOptions:
    kinds = {
        "destination": str,
        "recipients": list,
        "require_encryption": bool,
        "keep_daily": int,
        "keep_weekly": int,
        "keep_monthly": int,
        "jobs": int,
        "compression": int,
        "before_deploy": bool,
    }
    if not isinstance(table, dict) or table.keys() - kinds.keys():
        raise ConfigurationError(path, f"backup has other settings than {', '.join(kinds)}")
    wrong = [key for key, value in table.items() if type(value) is not kinds[key]]
    if wrong:
        raise ConfigurationError(path, f"{wrong[0]} of backup is no {kinds[wrong[0]].__name__}")
    recipients = table.get("recipients", [])
    if not all(isinstance(recipient, str) for recipient in recipients):
        raise ConfigurationError(path, "recipients of backup has something else than text")
    small = [
        key for key in ("keep_daily", "keep_weekly", "keep_monthly", "compression") if table.get(key, 0) < 0
    ]
    if small or table.get("jobs", 1) < 1:
        raise ConfigurationError(path, f"{[*small, 'jobs'][0]} of backup is too small")
    return BackupOptions(**{**table, "recipients": tuple(recipients)})


def _backfill_options(path: Path, table: Any) -> BackfillOptions:
    defaults = asdict(BackfillOptions())
    if not isinstance(table, dict) or table.keys() - defaults.keys():
        raise ConfigurationError(path, f"backfill has other settings than {', '.join(defaults)}")
    for key, value in table.items():
        whole = isinstance(defaults[key], int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise ConfigurationError(path, f"{key} of backfill is no {'whole number' if whole else 'number'}")
        if value < 0 or (not value and key in _ABOVE_ZERO):
            raise ConfigurationError(path, f"{key} of backfill is too small")
    options = BackfillOptions(**table)
    if not options.min_blocks <= options.first_blocks <= options.max_blocks:
        raise ConfigurationError(path, "first_blocks of backfill is not between min_blocks and max_blocks")
    return options


def _rehearsal_options(path: Path, table: Any) -> RehearsalOptions:
    if not isinstance(table, dict) or table.keys() - {"below_mb", "url_env"}:
        raise ConfigurationError(path, "rehearsal has other settings than below_mb, url_env")
    if not isinstance(table.get("url_env", ""), str):
        raise ConfigurationError(path, "url_env of rehearsal is no text")
    below = table.get("below_mb", RehearsalOptions().below >> 20)
    if type(below) is not int or below < 0:
        raise ConfigurationError(path, "below_mb of rehearsal is no number of megabytes")
    return RehearsalOptions(below << 20)
