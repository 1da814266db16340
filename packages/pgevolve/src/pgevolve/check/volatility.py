"""Whether an expression gives every row the same value, so that ADD COLUMN stores it once."""

from enum import Enum
from typing import Any

from pgevolve.check import tree
from pgevolve.check.state import SchemaState

_VOLATILE_NAMES = """
    random random_normal setseed clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7 nextval setval
    lastval currval txid_current pg_current_xact_id pg_sleep gen_random_bytes uuid_generate_v1
    uuid_generate_v1mc uuid_generate_v4 query_to_xml pg_advisory_lock pg_notify set_config
"""
_CALM_NAMES = """
    now transaction_timestamp statement_timestamp date_trunc date_bin make_date make_time make_timestamp
    make_timestamptz make_interval to_timestamp to_date to_char to_number lower upper initcap trim btrim ltrim
    rtrim concat concat_ws format md5 sha256 sha512 timezone age date_part extract current_setting length
    char_length octet_length replace substr substring left right lpad rpad repeat reverse translate abs round
    floor ceil ceiling trunc mod sign power sqrt coalesce encode decode convert_to convert_from hashtext
    jsonb_build_object jsonb_build_array json_build_object json_build_array to_jsonb to_json jsonb_object
    array_fill array_append array_cat array_to_string string_to_array int4range int8range numrange daterange
    tsrange tstzrange to_tsvector to_tsquery plainto_tsquery setweight point box inet_client_addr isfinite
    justify_days lower_inc upper_inc numeric text varchar bpchar int4 int8 float8 bool date jsonb
    quote_literal quote_ident regexp_replace split_part starts_with ascii chr bit_length overlay position
"""
_VOLATILE, _CALM = frozenset(_VOLATILE_NAMES.split()), frozenset(_CALM_NAMES.split())


class Volatility(Enum):
    """What is known of an expression."""

    CALM = "calm"
    VOLATILE = "volatile"
    UNKNOWN = "unknown"


def volatility(state: SchemaState, expression: Any) -> tuple[Volatility, str]:
    """Return what is known of an expression, and the function that decides it."""
    unknown = ""
    for schema, name in tree.called_functions(expression):
        declared = state.function(schema, name)
        if declared is not None:
            if declared.volatility == "volatile":
                return Volatility.VOLATILE, f"{declared.name}()"
            continue
        if schema in {None, "pg_catalog"} and name in _CALM:
            continue
        if name in _VOLATILE:
            return Volatility.VOLATILE, f"{name}()"
        unknown = f"{name}()"
    return (Volatility.UNKNOWN, unknown) if unknown else (Volatility.CALM, "")
