"""What keeps Sevra Atlas from using a database, a class per situation; each is found before a change."""

from collections.abc import Sequence

from sevra_atlas.settings import SetupError


class DatabaseUrlError(SetupError):
    """`DATABASE_URL` is not a connection address. The address itself is not shown: it may hold a password."""

    hint = "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE"

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(variable, reason)
        self.variable, self.reason = variable, reason

    def __str__(self) -> str:
        return f"{self.variable} is not a connection address: {self.reason}"


class ServerUnreachableError(SetupError):
    """Nothing answers where the database server should be."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address
        self.hint = "start the server or correct DATABASE_URL, or unset it to use the embedded server"

    def __str__(self) -> str:
        return f"the database server at {self.address} cannot be reached"


class WrongPasswordError(SetupError):
    """The server refused the password, or asked for one that was not given."""

    def __init__(self, address: str, user: str, *, given: bool) -> None:
        super().__init__(address, user, given)
        self.address, self.user, self.given = address, user, given
        self.hint = (
            f"correct the password in DATABASE_URL, or let an administrator set it: `\\password {user}`"
        )

    def __str__(self) -> str:
        fault = "refused the password of" if self.given else "asks for a password of"
        return f"the database server at {self.address} {fault} user {self.user!r}"


class DatabaseMissingError(SetupError):
    """The server has no database of this name."""

    def __init__(self, address: str, database: str) -> None:
        super().__init__(address, database)
        self.address, self.database = address, database
        self.hint = f"make it with `createdb --encoding=UTF8 --template=template0 {database}`"

    def __str__(self) -> str:
        return f"the database server at {self.address} has no database {self.database!r}"


class ConnectionRefusedByServerError(SetupError):
    """The server answers and lets this user in nowhere; its own words say why."""

    def __init__(self, address: str, user: str, words: str) -> None:
        super().__init__(address, user, words)
        self.address, self.user, self.words = address, user, words
        self.hint = "correct DATABASE_URL, or let an administrator allow the connection in pg_hba.conf"

    def __str__(self) -> str:
        return f"the database server at {self.address} refused user {self.user!r}: {self.words}"


class ServerTooOldError(SetupError):
    """The server lacks what the schema is written with."""

    def __init__(self, version: str, oldest: int) -> None:
        super().__init__(version, oldest)
        self.version, self.oldest = version, oldest
        self.hint = (
            f"name PostgreSQL {oldest} or later in DATABASE_URL, or unset it to use the embedded server"
        )

    def __str__(self) -> str:
        return f"the database server is PostgreSQL {self.version}, and {self.oldest} is the oldest supported"


class EncodingError(SetupError):
    """The database cannot hold Persian text."""

    def __init__(self, database: str, encoding: str) -> None:
        super().__init__(database, encoding)
        self.database, self.encoding = database, encoding
        self.hint = (
            "make one with `createdb --encoding=UTF8 --template=template0 NAME` and name it in DATABASE_URL"
        )

    def __str__(self) -> str:
        return f"the database {self.database!r} is encoded in {self.encoding}, not in UTF8"


class ForeignTablesError(SetupError):
    """The database belongs to something else: Sevra Atlas deploys only into an empty one or its own."""

    def __init__(self, database: str, tables: Sequence[str]) -> None:
        super().__init__(database, tuple(tables))
        self.database, self.tables = database, tuple(tables)
        self.hint = "make an empty one with `createdb --encoding=UTF8 --template=template0 NAME`"
        self.hint += " and name it in DATABASE_URL"

    def __str__(self) -> str:
        shown = ", ".join(self.tables[:3])
        more = f" and {len(self.tables) - 3} more" if len(self.tables) > 3 else ""  # noqa: PLR2004 - as many as shown
        return f"the database {self.database!r} holds tables of something else: {shown}{more}"


class StandbyError(SetupError):
    """The server is a standby, where nothing can be written."""

    hint = "name the primary server in DATABASE_URL"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def __str__(self) -> str:
        return f"the database server at {self.address} is a standby and takes no writes"


class RoleCreationNotAllowedError(SetupError):
    """The user may not make the roles that are missing; `script` is what an administrator must run."""

    def __init__(self, user: str, missing: Sequence[str], script: str) -> None:
        super().__init__(user, tuple(missing), script)
        self.user, self.missing, self.script = user, tuple(missing), script
        self.hint = "let an administrator run the statements below in psql"

    def __str__(self) -> str:
        return f"user {self.user!r} may not create or administer the roles {', '.join(self.missing)}"


class DatabaseNotOwnedError(SetupError):
    """The user may not grant rights on the database; `script` is what its owner must run."""

    def __init__(self, user: str, database: str, script: str) -> None:
        super().__init__(user, database, script)
        self.user, self.database, self.script = user, database, script
        self.hint = "let an administrator run the statements below in psql, then run `sevra up` again"

    def __str__(self) -> str:
        return f"user {self.user!r} may not grant rights on the database {self.database!r}"


class OwnerRoleNotGrantedError(SetupError):
    """The login of `SEVRA_OWNER_URL` may not act as the role that owns every object."""

    def __init__(self, user: str, owner: str) -> None:
        super().__init__(user, owner)
        self.user, self.owner = user, owner
        self.hint = f"let an administrator run `GRANT {owner} TO {user}`"

    def __str__(self) -> str:
        return f"user {self.user!r} may not act as {self.owner!r}"


class LoginRefusedError(SetupError):
    """A login was made, and the server does not let it in."""

    def __init__(self, login: str, words: str) -> None:
        super().__init__(login, words)
        self.login, self.words = login, words
        self.hint = f"let an administrator allow user {login!r} in pg_hba.conf, then run `sevra up` again"

    def __str__(self) -> str:
        return f"the database server does not let the login {self.login!r} in: {self.words}"
