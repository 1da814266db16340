"""The way back of a migration that is in place in part: it passes over what is not there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.deploy.work import Work
from pgevolve.quoting import name, qualified
from pgevolve.step import Step

_PASSED_OVER = frozenset({ast.AT_DropColumn, ast.AT_DropConstraint})


def tolerant(work: Work) -> Work:
    """Return the way back with each removal as one of what may be gone, and each index as one that may be.

    The steps keep their numbers, so that an interrupted rollback goes on at its step.
    """
    statements = tuple(
        replace(statement, step=replace(statement.step, sql=_tolerant(statement.step.sql)))
        for statement in work.statements
    )
    return replace(work, statements=statements)


def made_by(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return what drops the indexes and constraints that these steps made, the last first.

    A migration may make one only for its later steps, which would drop it or take it over: its way back does
    not know it.
    """
    return tuple(drop for step in reversed(steps) for drop in _drops(step))


def _tolerant(sql: str) -> str:
    tree = postgast.parse(sql)
    node = tree.stmts[0].stmt
    match node.WhichOneof("node"):
        case "drop_stmt":
            node.drop_stmt.missing_ok = True
        case "index_stmt":
            node.index_stmt.if_not_exists = True
        case "alter_table_stmt" if _removes_only(node.alter_table_stmt.cmds):
            for command in node.alter_table_stmt.cmds:
                command.alter_table_cmd.missing_ok = True
        case _:
            return sql
    return str(postgast.deparse(tree))


def _removes_only(commands: Iterable[ast.Node]) -> bool:
    return all(command.alter_table_cmd.subtype in _PASSED_OVER for command in commands)


def _drops(step: Step) -> Iterator[Step]:
    node = postgast.parse(step.sql).stmts[0].stmt
    match node.WhichOneof("node"):
        case "index_stmt" if node.index_stmt.idxname:
            made = node.index_stmt
            index = qualified(made.relation.schemaname or "public", made.idxname)
            word = "CONCURRENTLY " if made.concurrent else ""
            yield Step(f"DROP INDEX {word}IF EXISTS {index}", transactional=not made.concurrent)
        case "alter_table_stmt":
            relation = node.alter_table_stmt.relation
            table = qualified(relation.schemaname or "public", relation.relname)
            for command in reversed(node.alter_table_stmt.cmds):
                added = getattr(command.alter_table_cmd, "def").constraint.conname
                if command.alter_table_cmd.subtype == ast.AT_AddConstraint and added:
                    yield Step(f"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {name(added)}")
