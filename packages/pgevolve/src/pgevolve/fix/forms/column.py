"""Commands about columns, written anew from their tree."""

from collections.abc import Sequence
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.fix.model import Site


def add(site: Site, *, without: Sequence[Any], described: Any = None) -> str:
    """Return the site's ADD COLUMN, or that of a changed definition, without some of its constraints."""
    described = tree.definition(site.seen.command) if described is None else described
    gone = {node.location for node in without}
    made = type(described)()
    made.CopyFrom(described)
    kept = [part for part in described.constraints if part.constraint.location not in gone]
    del made.constraints[:]
    made.constraints.extend(kept)
    return deparsed(site, "AT_AddColumn", column_def=made)


def deparsed(site: Site, kind: str, **definition: Any) -> str:
    """Return one command for the site's table as SQL, without its ALTER TABLE."""
    alter = type(site.seen.node)()
    alter.CopyFrom(site.seen.node)
    command = type(site.seen.command)()
    command.CopyFrom(site.seen.command)
    command.subtype = ast.AlterTableType.Value(kind)
    given = getattr(command, "def")
    given.Clear()
    for field, value in definition.items():
        getattr(given, field).CopyFrom(value)
    del alter.cmds[:]
    alter.cmds.add().alter_table_cmd.CopyFrom(command)
    result = ast.ParseResult()
    result.stmts.add().stmt.alter_table_stmt.CopyFrom(alter)
    text = str(postgast.deparse(result))
    return text[text.index(" ADD ") + 1 :]
