"""Writes the page of the matrix: each claim beside what the servers did in the same run.

python packages/pgevolve/tests/matrix/report.py docs/pgevolve/matrix.md 15 18
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from matrix import BASE, Verdict, forms, judged

from pgevolve.local import find_binaries
from pgevolve.scratch import scratch_database, scratch_server
from pgevolve.trace import strength

_ABBREVIATED = {
    "ACCESS EXCLUSIVE": "AE",
    "EXCLUSIVE": "E",
    "SHARE ROW EXCLUSIVE": "SRE",
    "SHARE": "S",
    "SHARE UPDATE EXCLUSIVE": "SUE",
    "ROW EXCLUSIVE": "RE",
    "ROW SHARE": "RS",
}
_HEAD = """# What statements lock, rewrite and read

Written by `packages/pgevolve/tests/matrix/report.py`; the test beside it compares the same on every run. The
claim is what `pgevolve.effects` says from the text of the statement and the schema it meets. AE is ACCESS
EXCLUSIVE, E EXCLUSIVE, SRE SHARE ROW EXCLUSIVE, S SHARE, SUE SHARE UPDATE EXCLUSIVE, RE ROW EXCLUSIVE, RS ROW
SHARE; `new` means written anew, `read` read from end to end. INSERT, UPDATE, DELETE and queries claim only
locks.
"""


def main(target: Path, majors: list[int]) -> int:
    """Run every form on every server, write the page, and return how many claims were contradicted."""
    verdicts = {major: list(_verdicts(major)) for major in majors}
    wrong = sum(bool(verdict.differences()) for several in verdicts.values() for verdict in several)
    target.write_text("\n".join([*_page(verdicts, wrong), ""]), encoding="utf-8")
    return wrong


def _verdicts(major: int) -> Iterator[Verdict]:
    with ExitStack() as stack:
        server = stack.enter_context(scratch_server(binaries=find_binaries(major)))
        template = stack.enter_context(scratch_database(server.url()))
        with psycopg.connect(template, autocommit=True) as connection:
            connection.execute(BASE)
        for form in forms():
            if form.since <= major:
                with scratch_database(server.url(), template.rpartition("/")[2].partition("?")[0]) as url:
                    yield judged(form, url)


def _page(verdicts: dict[int, list[Verdict]], wrong: int) -> Iterator[str]:
    yield _HEAD
    counts = ", ".join(f"{len(several)} forms on {major}" for major, several in verdicts.items())
    yield f"{counts}; {wrong} contradicted.\n"
    by_form = {
        major: {(v.form.family, v.form.title): v for v in several} for major, several in verdicts.items()
    }
    family = ""
    for form in forms():
        if form.family != family:
            family = form.family
            yield f"\n## {family.capitalize()}\n"
            yield f"| form | claim | {' | '.join(f'PostgreSQL {major}' for major in verdicts)} |"
            yield f"|---|---|{'---|' * len(verdicts)}"
        cells = [by_form[major].get((form.family, form.title)) for major in verdicts]
        claim = next(_claimed(verdict) for verdict in cells if verdict is not None)
        seen = [_seen(verdict) if verdict is not None else "not known there" for verdict in cells]
        yield f"| {form.title} | {claim} | {' | '.join('same' if cell == claim else cell for cell in seen)} |"


def _claimed(verdict: Verdict) -> str:
    claim = verdict.claim
    if claim is None:
        return "nothing"
    read = () if claim.reads_by_plan else claim.scans
    return _cell(claim.locks, claim.rewrites, read)


def _seen(verdict: Verdict) -> str:
    claim, seen = verdict.claim, verdict.seen
    locks = {name: mode for name, mode in seen.strongest().items() if strength(mode) >= strength("ROW SHARE")}
    by_choice = claim.may_scan if claim is not None else set()
    read = () if claim is not None and claim.reads_by_plan else set(seen.scanned) - by_choice
    return _cell(locks, seen.rewritten, read)


def _cell(locks: dict[str, str], rewritten: object, read: object) -> str:
    parts = [f"{_ABBREVIATED[mode]} {_short(name)}" for name, mode in sorted(locks.items())]
    parts += [f"new {_short(name)}" for name in sorted(rewritten)]  # type: ignore[call-overload]
    parts += [f"read {_short(name)}" for name in sorted(read)]  # type: ignore[call-overload]
    return ", ".join(parts) or "nothing"


def _short(name: str) -> str:
    return name.removeprefix("public.")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [int(major) for major in sys.argv[2:]]) and 1)
