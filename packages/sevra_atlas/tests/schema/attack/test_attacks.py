"""Every bad statement of the table is refused by the database, under the name the table gives."""

from collections.abc import Iterator

import psycopg
import pytest
from attack_scene import Ids, build, say, with_ids
from attack_table import Attack, attacks
from databases import SEARCH_PATHS, SevraDatabase

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database

Scene = tuple[SevraDatabase, Ids]


@pytest.fixture(scope="session")
def scene(server: LocalPostgres, sevra_template: str) -> Iterator[Scene]:
    """Return the database under attack; every attack is rolled back."""
    with scratch_database(server.url(), sevra_template) as url:
        database = SevraDatabase(url)
        yield database, build(database)


def attempted(database: SevraDatabase, ids: Ids, attack: Attack) -> psycopg.Error | None:
    """Run an attack as far as a commit would, roll it back, and return what refused it."""
    with database.connect(attack.role) as connection:
        if attack.setup.startswith("SET TRANSACTION"):
            connection.execute(attack.setup.encode())
        elif attack.setup:
            setup = with_ids(attack.setup, ids)
            say(connection, attack.setup_as, SEARCH_PATHS[attack.setup_as], setup)
        try:
            connection.execute(with_ids(attack.statement, ids).encode())
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as refusal:
            return refusal
        finally:
            connection.rollback()
    return None


@pytest.mark.parametrize("attack", attacks(), ids=str)
def test_the_database_refuses(scene: Scene, attack: Attack) -> None:
    refusal = attempted(*scene, attack)

    assert refusal is not None, f"accepted: {attack.statement}"
    diagnosis = refusal.diag
    assert refusal.sqlstate == attack.state, diagnosis.message_primary
    if attack.name is None:
        return
    if diagnosis.constraint_name is not None:
        assert diagnosis.constraint_name == attack.name, diagnosis.message_primary
        assert attack.table in {None, diagnosis.table_name}
    else:
        # A missing privilege and a generated column are named in the message only.
        assert attack.name in (diagnosis.message_primary or "").replace('"', " ").split()
