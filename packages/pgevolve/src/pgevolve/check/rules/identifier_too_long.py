"""A name that the server cuts off."""

import re
from collections.abc import Iterator

import postgast

from pgevolve.check.rule import Complaint, Seen, rule


@rule(
    "PE407",
    "identifier-too-long",
    "error",
    "create_stmt",
    "index_stmt",
    "alter_table_stmt",
    "rename_stmt",
    "view_stmt",
    "create_trig_stmt",
    "create_enum_stmt",
    "create_function_stmt",
    "create_seq_stmt",
    "create_schema_stmt",
    "create_domain_stmt",
    "create_policy_stmt",
)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at identifiers of more than 63 bytes; function bodies and constants are none."""
    if seen.statement.within:
        return
    text = seen.statement.text().encode()
    if not _LONG.search(text):
        return
    for token in postgast.scan(text.decode()).tokens:
        word = text[token.start : token.end].strip(b'"')
        if token.token in _IDENTIFIERS and len(word) > _MOST_BYTES:
            name = word.decode()
            cut = word[:_MOST_BYTES].decode(errors="ignore")
            yield Complaint(
                f"the name {name} has {len(word)} bytes, and the server cuts it to {cut}",
                f"choose a name of at most {_MOST_BYTES} bytes",
                seen.statement.begin - seen.statement.base + token.start,
            )


_MOST_BYTES = 63
_LONG = re.compile(rb"[\w\x80-\xff$]{64}|\"[^\"]{64}")
_IDENTIFIERS = {postgast.pg_query_pb2.Token.IDENT, postgast.pg_query_pb2.Token.UIDENT}
