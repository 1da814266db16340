"""What `check --fix` refuses."""

from pgevolve.errors import UsageError


class NothingNamedError(UsageError):
    """No file was named to be fixed."""

    hint = "name .sql files, or the last migration directory"

    def __str__(self) -> str:
        return "a fix changes files, and none is named"


class EarlierMigrationError(UsageError):
    """A migration that others follow: databases may have it, and they stand on its checksum."""

    hint = "write a new migration for what it should have done, or allow the finding in allowances.toml"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"migration {self.name!r} is not the last one of its history and stays as it is"


class DeployedMigrationError(UsageError):
    """A migration of the history that some database may have."""

    hint = "give --not-deployed if no database has it yet; otherwise write a new migration"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"migration {self.name!r} is in the history, and a database may have it"


class TwoMigrationsError(UsageError):
    """Statements of a migration must wait until its rows are filled, which only another one does."""

    def __init__(self, name: str, waiting: str) -> None:
        super().__init__(name, waiting)
        self.name, self.waiting = name, waiting
        self.hint = (
            "move what checks the filled rows to a migration of its own, which follows this one:"
            f" {' '.join(waiting.split())}"
        )

    def __str__(self) -> str:
        return f"migration {self.name!r} fills rows and then checks them, which takes two migrations"
