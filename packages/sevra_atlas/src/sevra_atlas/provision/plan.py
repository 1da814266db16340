"""From facts to the statements that are missing, and whether the connected user may run them: pure values."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, LiteralString, TypeAlias

from psycopg import sql

from sevra_atlas.provision.addresses import APP, GROUP_ROLES, MAINTENANCE, OWNER, GroupRole, login_name
from sevra_atlas.provision.errors import DatabaseNotOwnedError, RoleCreationNotAllowedError
from sevra_atlas.provision.facts import Facts
from sevra_atlas.settings import SetupError

Right: TypeAlias = Literal["roles", "database", "schema"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, what it takes the right over, and whether the connected user has that right.

    `role` is the role that the right concerns. A statement with `password_of` ends before the password: the
    act fills it in, an administrator types one.
    """

    text: sql.Composed
    right: Right
    role: str
    allowed: bool
    password_of: GroupRole | None = None

    def shown(self) -> str:
        """Return what an administrator types into psql."""
        if self.password_of is None:
            return f"{self.text.as_string()};"
        return f"\\password {sql.Identifier(self.role).as_string()}"


def missing_statements(facts: Facts, working_logins: AbstractSet[str]) -> tuple[Statement, ...]:
    """Return what must still be run, in order; `working_logins` are the logins whose password is known."""
    return (
        *_group_roles(facts),
        *_owner_for_user(facts),
        *(statement for role in GROUP_ROLES for statement in _login(facts, role, working_logins)),
        *_database_rights(facts),
        *_schema_rights(facts),
    )


def refusal(facts: Facts, statements: tuple[Statement, ...], address: str) -> SetupError | None:
    """Return the error that names what the connected user may not do, with the script that mends it."""
    denied = tuple(statement for statement in statements if not statement.allowed)
    roles = tuple(dict.fromkeys(statement.role for statement in denied if statement.right == "roles"))
    if roles and not facts.may_create_roles:
        return RoleCreationNotAllowedError(facts.user, roles, _whole_script(facts, statements, address))
    if roles:
        return RoleCreationNotAllowedError(facts.user, roles, _rights_script(facts, denied))
    if denied:
        return DatabaseNotOwnedError(facts.user, facts.database, _rights_script(facts, denied))
    return None


def _group_roles(facts: Facts) -> Iterator[Statement]:
    for role in GROUP_ROLES:
        if role.name not in facts.roles:
            text = sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role.name))
            yield Statement(text, "roles", role.name, facts.may_create_roles)


def _owner_for_user(facts: Facts) -> Iterator[Statement]:
    """Yield what lets the user act as the owner, where it may grant that to itself.

    Whoever restores a snapshot gives the tables to their owner, which only a superuser does for others.
    """
    owner = facts.roles.get(OWNER.name)
    if facts.superuser or not facts.may_create_roles or (owner and (owner.taken or not owner.administered)):
        return
    text = sql.SQL("GRANT {} TO {}").format(sql.Identifier(OWNER.name), sql.Identifier(facts.user))
    yield Statement(text, "roles", OWNER.name, allowed=True)


def _login(facts: Facts, role: GroupRole, working_logins: AbstractSet[str]) -> Iterator[Statement]:
    """Yield what makes a role's login, or brings one that exists into order."""
    name = login_name(facts.database, role)
    names = {"login": sql.Identifier(name), "group": sql.Identifier(role.name)}
    login, group = facts.roles.get(name), facts.roles.get(role.name)
    may_grant = facts.may_create_roles and (group is None or group.administered)
    may_alter = facts.may_create_roles and (login is None or login.administered)
    if login is None:
        text = sql.SQL("CREATE ROLE {login} LOGIN IN ROLE {group}").format(**names)
        yield Statement(text, "roles", role.name, may_grant)
    elif role.name not in login.member_of:
        yield Statement(sql.SQL("GRANT {group} TO {login}").format(**names), "roles", role.name, may_grant)
    if login is not None and not login.may_login:
        yield Statement(sql.SQL("ALTER ROLE {login} LOGIN").format(**names), "roles", name, may_alter)
    if login is None or name not in working_logins:
        text = sql.SQL("ALTER ROLE {login} PASSWORD ").format(**names)
        yield Statement(text, "roles", name, may_alter, password_of=role)


def _database_rights(facts: Facts) -> Iterator[Statement]:
    database, allowed = sql.Identifier(facts.database), facts.may_grant_on_database
    # CONNECT is everybody's unless an administrator took that away; CREATE is for the migrations' schemas.
    wanted: list[tuple[str, LiteralString]] = [(role.name, "CONNECT") for role in GROUP_ROLES]
    wanted.append((OWNER.name, "CREATE"))
    for role, privilege in wanted:
        if (role, privilege) not in facts.database_grants:
            text = sql.SQL("GRANT {} ON DATABASE {} TO {}").format(
                sql.SQL(privilege), database, sql.Identifier(role)
            )
            yield Statement(text, "database", role, allowed)
    if facts.public_may_make_temporary:
        text = sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database)
        yield Statement(text, "database", "PUBLIC", allowed)


def _schema_rights(facts: Facts) -> Iterator[Statement]:
    allowed = facts.may_grant_on_public
    if not facts.public_schema_exists:
        yield Statement(sql.Composed([sql.SQL("CREATE SCHEMA public")]), "schema", "PUBLIC", allowed)
    for privilege in ("USAGE", "CREATE"):
        if (OWNER.name, privilege) not in facts.schema_grants:
            text = sql.SQL("GRANT {} ON SCHEMA public TO {}").format(
                sql.SQL(privilege), sql.Identifier(OWNER.name)
            )
            yield Statement(text, "schema", OWNER.name, allowed)
    if facts.public_may_create:
        # Whoever may create there could put a function in front of ours on the search path.
        text = sql.Composed([sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC")])
        yield Statement(text, "schema", "PUBLIC", allowed)


def _whole_script(facts: Facts, statements: tuple[Statement, ...], address: str) -> str:
    """Return every missing statement, then the variables that name the logins made by them."""
    variables = {"SEVRA_DATABASE_URL": APP, "SEVRA_OWNER_URL": OWNER, "SEVRA_MAINTENANCE_URL": MAINTENANCE}
    exports = [
        f"-- export {variable}='postgresql://{login_name(facts.database, role)}:PASSWORD@{address}"
        f"/{facts.database}?options={role.options.replace(' ', '%20').replace('=', '%3D')}'"
        for variable, role in variables.items()
    ]
    return "\n".join(
        [
            f"\\connect {sql.Identifier(facts.database).as_string()}",
            *(statement.shown() for statement in statements),
            "-- then, with the passwords that were typed:",
            *exports,
        ]
    )


def _rights_script(facts: Facts, denied: tuple[Statement, ...]) -> str:
    """Return what gives the connected user the rights that it lacks, so that it can do the rest itself."""
    user, database = sql.Identifier(facts.user), sql.Identifier(facts.database)
    rights = {statement.right for statement in denied}
    roles = dict.fromkeys(statement.role for statement in denied if statement.right == "roles")
    grants = [
        sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(sql.Identifier(role), user) for role in roles
    ]
    if "database" in rights:
        grants.append(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, user))
    elif "schema" in rights:
        grants.append(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(user))
    return "\n".join([f"\\connect {database.as_string()}", *(f"{grant.as_string()};" for grant in grants)])
