"""The statements inside DO blocks and the bodies of plpgsql and SQL functions.

They stand here as far as the text tells: static SQL, and dynamic SQL made of constants; a name that is only
known when the code runs becomes `?`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import postgast
from postgast.errors import check_error
from postgast.native import lib

from pgevolve.check import tree
from pgevolve.check.facts import Function
from pgevolve.check.statement import Statement

# postgast writes `{}}` for each variable that the server itself gives to a trigger function.
_BROKEN = re.compile(r"(?<=,)\{\}\}(?=,)")
_HOLDERS = {"PLpgSQL_stmt_execsql": "sqlstmt", "PLpgSQL_stmt_perform": "expr", "PLpgSQL_stmt_call": "expr"}
_PLACEHOLDER = '"?"'
_PSEUDO = re.compile(r'variable "(\w+)" has pseudo-type')
_FORMAT = re.compile(r"%(?:\d+\$)?-?\d*([sIL%])")


class BodyError(Exception):
    """The body of a function cannot be read."""


@dataclass(frozen=True, slots=True)
class BodyStatement:
    """The SQL of one statement in a body; `line` counts from 1 in the body."""

    sql: str
    line: int


def body_text(node: Any) -> tuple[str, str]:
    """Return language and text of a DO block or a function; the text is empty where SQL stands bare."""
    elements = node.args if node.DESCRIPTOR.name == "DoStmt" else node.options
    language = tree.option(elements, "language")
    given = tree.option(elements, "as")
    name = language.string.sval if language is not None else "plpgsql"
    if given is None:
        return name, ""
    held = given.string.sval if tree.kind_of(given) == "string" else "".join(tree.strings(given.list.items))
    return name.lower(), held


def read_plpgsql(sql: str) -> list[BodyStatement]:
    """Return the statements of a CREATE FUNCTION or DO in plpgsql. Raises BodyError."""
    while True:
        try:
            return list(_walk(_parsed(sql)))
        except BodyError as error:
            named = _PSEUDO.search(str(error))
            simpler = _without_array(sql, named[1]) if named is not None else sql
            if simpler == sql:
                raise
            sql = simpler


def _without_array(sql: str, variable: str) -> str:
    """Declare a variable without its `[]`: the parser takes arrays of types it cannot look up for records."""
    return re.sub(rf"(\b{re.escape(variable)}\s+[^;:=\[]*)(?:\[\d*\])+", r"\1", sql, count=1)


def _parsed(sql: str) -> Any:
    result = lib.pg_query_parse_plpgsql(sql.encode())
    try:
        check_error(result)
        text = result.plpgsql_funcs.decode()
    except postgast.PgQueryError as error:
        raise BodyError(error.message) from error
    finally:
        lib.pg_query_free_plpgsql_parse_result(result)
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        content = json.loads(_BROKEN.sub("{}", text))
    return content


def read_sql(body: str) -> list[BodyStatement]:
    """Return the statements of an SQL function's text. Raises BodyError."""
    try:
        parsed = postgast.parse(body)
    except postgast.PgQueryError as error:
        raise BodyError(error.message) from error
    raw = body.encode()
    found = []
    for statement in parsed.stmts:
        end = statement.stmt_location + statement.stmt_len if statement.stmt_len else len(raw)
        line = raw.count(b"\n", 0, statement.stmt_location) + 1
        found.append(BodyStatement(raw[statement.stmt_location : end].decode(), line))
    return found


def _walk(content: Any) -> Iterator[BodyStatement]:
    if isinstance(content, list):
        for part in content:
            yield from _walk(part)
        return
    if not isinstance(content, dict):
        return
    for key, value in content.items():
        if key in _HOLDERS:
            yield BodyStatement(_query(value[_HOLDERS[key]]), value.get("lineno", 1))
        elif key == "PLpgSQL_stmt_dynexecute":
            text = _dynamic(_query(value["query"]))
            if text is not None:
                yield BodyStatement(text, value.get("lineno", 1))
        else:
            yield from _walk(value)


def _query(holder: Any) -> str:
    return str(holder["PLpgSQL_expr"]["query"])


def _dynamic(expression: str) -> str | None:
    """Return the SQL that an EXECUTE runs, as far as it is constant; None when nothing of it is."""
    try:
        (raw,) = postgast.parse(f"SELECT {expression}").stmts
    except (postgast.PgQueryError, ValueError):
        return None
    text = _text_of(raw.stmt.select_stmt.target_list[0].res_target.val)
    return None if text.strip(' "?') == "" else text


def _text_of(node: Any) -> str:
    kind = tree.kind_of(node)
    if kind == "a_const":
        value = tree.constant(node)
        return "" if value is None else str(value)
    if kind == "a_expr" and tree.strings(node.a_expr.name) == ("||",):
        return _text_of(node.a_expr.lexpr) + _text_of(node.a_expr.rexpr)
    if kind == "func_call" and tree.dotted(node.func_call.funcname)[1] == "format":
        template = tree.constant(node.func_call.args[0])
        if isinstance(template, str):
            return _FORMAT.sub(_filled, template)
    return _PLACEHOLDER


def _filled(match: re.Match[str]) -> str:
    return {"%": "%", "L": "'?'"}.get(match[1], _PLACEHOLDER)


def body_of(statement: Statement) -> list[BodyStatement]:
    """Return the statements that a DO block or CREATE FUNCTION holds. Raises BodyError."""
    language, text = body_text(statement.node)
    if language == "plpgsql" and text:
        return read_plpgsql(statement.text())
    return read_sql(text) if language == "sql" and text else []


def body_of_function(function: Function) -> list[BodyStatement]:
    """Return the statements of a function that a migration calls; none for one that cannot be read."""
    made = function.created.statement if function.created is not None else None
    if made is None or made.kind != "create_function_stmt":
        return []
    try:
        return body_of(made)
    except BodyError:
        return []


def nested(outer: Statement, body: list[BodyStatement], first_line: int, within: str) -> Iterator[Statement]:
    """Yield the statements of a body as statements of the file; those that cannot be parsed are left out."""
    for part in body:
        try:
            parsed = postgast.parse(part.sql).stmts
        except postgast.PgQueryError:
            continue
        for raw in parsed:
            kind = tree.kind_of(raw.stmt)
            yield Statement(
                outer.source,
                kind,
                getattr(raw.stmt, kind),
                outer.begin,
                outer.end,
                outer.base,
                transaction=outer.transaction,
                shares=True,
                within=within,
                line=first_line + part.line - 1,
            )


def first_line_of_body(statement: Statement) -> int:
    """Return the line of the file on which a body's text begins."""
    text = body_text(statement.node)[1].encode()
    offset = statement.source.bytes.find(text, statement.begin)
    return statement.source.place(offset if 0 <= offset < statement.end else statement.begin)[0]
