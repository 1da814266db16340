"""The eighteenth property: nothing in between."""

import json
import subprocess
import sys
from pathlib import Path

from databases import SevraDatabase
from factories import make_salon

from sevra_atlas.schema.access import APP, MAINTENANCE

PROGRAM = Path(__file__).parent / "killed_rename.py"


def test_a_kill_between_any_two_statements_of_a_rename_leaves_the_old_or_the_new_state(
    sevra_db: SevraDatabase,
) -> None:
    with sevra_db.session() as session:
        salon_id = make_salon(session, slug="first").id

    done = subprocess.run(
        [sys.executable, PROGRAM, sevra_db.url(APP), sevra_db.url(MAINTENANCE), str(salon_id)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )

    before, saved = "first", []
    attempts = [json.loads(line) for line in done.stdout.splitlines()]
    for attempt in attempts:
        is_new = attempt["slug"] == attempt["wanted"]
        assert is_new or attempt["slug"] == before, attempt
        assert attempt["display_path"] == f"/atlas/salon/{attempt['slug']}", attempt
        assert attempt["is_in_ledger"] is attempt["is_in_journal"] is is_new, attempt
        assert attempt["differences"] == 0, attempt
        before = attempt["slug"]
        saved.append(is_new)
    assert not attempts[-1]["killed"], done.stderr
    assert attempts[-1]["status"] == 0
    # Only what was killed after the commit is new, and what was not killed at all.
    assert saved == [False] * (len(saved) - 2) + [True, True]
    assert len(saved) >= 10
