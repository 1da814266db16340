"""Read the kinds of objects that hang on tables, stand beside them, or belong to the whole database."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import RowMapping

from pgevolve.catalog.attached import PolicyObject, RuleObject, StatisticsObject
from pgevolve.catalog.database import (
    DefaultPrivilegesObject,
    EventTriggerObject,
    ExtensionObject,
    PublicationObject,
    PublishedTable,
)
from pgevolve.catalog.model import (
    AggregateObject,
    Ident,
    MaterializedViewObject,
    OtherObject,
    SchemaItem,
)
from pgevolve.catalog.reader import Reader, relation_addresses
from pgevolve.catalog.types import (
    Attribute,
    CollationObject,
    CompositeObject,
    DomainCheck,
    DomainObject,
    RangeObject,
)


def other_kinds(reader: Reader) -> Iterator[SchemaItem]:
    """Yield the objects of these kinds; the columns of all relations have been read before."""
    for read in (
        _extensions,
        _collations,
        _domains,
        _composites,
        _ranges,
        _aggregates,
        _materialized_views,
        _attached,
        _publications,
        _event_triggers,
        _default_privileges,
    ):
        yield from read(reader)
    for row in reader.select("others"):
        yield OtherObject(row["kind"], row["identity"], row["definition"] or "")


def _named(reader: Reader, row: RowMapping) -> dict[str, str]:
    """Return what most objects have: schema, name, owner and comment."""
    return {
        "schema": row["schema"],
        "name": row["name"],
        "owner": reader.own(row["owner"]),
        "comment": row["comment"],
    }


def _options(row: RowMapping, *titles: str) -> tuple[tuple[str, str], ...]:
    return tuple((title, row[title]) for title in titles if row[title] is not None)


def _extensions(reader: Reader) -> Iterator[SchemaItem]:
    extensions: dict[int, Ident] = {}
    for row in reader.select("extensions"):
        item = ExtensionObject(row["name"], row["schema"])
        extensions[row["oid"]] = item.ident
        reader.known(item.ident, ("pg_extension", row["oid"]))
        yield item
    for row in reader.select("members"):
        if row["extension_oid"] in extensions:
            reader.members[row["class"], row["oid"]] = extensions[row["extension_oid"]]


def _collations(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("collations"):
        options = _options(row, "provider", "locale", "lc_collate", "lc_ctype", "rules", "deterministic")
        item = CollationObject(**_named(reader, row), options=options)
        reader.known(item.ident, ("pg_collation", row["oid"]))
        yield item


def _domains(reader: Reader) -> Iterator[SchemaItem]:
    checks: dict[int, list[RowMapping]] = defaultdict(list)
    for row in reader.select("domain_checks"):
        checks[row["domain_oid"]].append(row)
    for row in reader.select("domains"):
        own = checks.get(row["oid"], [])
        item = DomainObject(
            **_named(reader, row),
            type=row["type"],
            collation=row["collation"],
            not_null=row["not_null"],
            default=row["default"],
            checks=tuple(
                DomainCheck(
                    check["name"],
                    check["definition"].removesuffix(" NOT VALID"),
                    check["validated"],
                    check["comment"],
                )
                for check in own
            ),
        )
        reader.known(item.ident, ("pg_type", row["oid"]), ("pg_type", row["typarray"]))
        reader.known(item.ident, *(("pg_constraint", check["oid"]) for check in own))
        yield item


def _composites(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("composites"):
        attributes = tuple(
            Attribute(column["name"], column["type"], column["collation"], column["comment"])
            for column in reader.columns.get(row["oid"], ())
        )
        item = CompositeObject(**_named(reader, row), attributes=attributes)
        reader.known(item.ident, *relation_addresses(row))
        yield item


def _ranges(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("ranges"):
        options = _options(
            row, "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"
        )
        item = RangeObject(**_named(reader, row), subtype=row["subtype"], options=options)
        oids = (row["oid"], row["typarray"], row["multirange_oid"], row["multirange_array"])
        reader.known(item.ident, *(("pg_type", oid) for oid in oids))
        yield item


_OF_AGGREGATES = (
    "sfunc",
    "stype",
    "sspace",
    "finalfunc",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "initcond",
    "sortop",
    "parallel",
)


def _aggregates(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("aggregates"):
        item = AggregateObject(
            **_named(reader, row),
            arguments=row["arguments"],
            signature=row["signature"],
            options=_options(row, *_OF_AGGREGATES),
            special=row["special"],
        )
        reader.known(item.ident, ("pg_proc", row["oid"]))
        yield item


def _materialized_views(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("materialized_views"):
        own = reader.columns.get(row["oid"], ())
        item = MaterializedViewObject(
            **_named(reader, row),
            definition=row["definition"].strip().removesuffix(";"),
            columns=tuple(column["name"] for column in own),
            options=tuple(row["options"]),
            tablespace=row["tablespace"],
            column_comments=tuple((column["name"], column["comment"]) for column in own if column["comment"]),
        )
        reader.known(item.ident, ("pg_rewrite", row["rule_oid"]), *relation_addresses(row))
        yield item


def _attached(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("policies"):
        policy = PolicyObject(
            schema=row["schema"],
            table=row["table"],
            name=row["name"],
            command=row["command"],
            permissive=row["permissive"],
            roles=tuple(row["roles"]),
            using=row["using"],
            check=row["check"],
            comment=row["comment"],
        )
        reader.known(policy.ident, ("pg_policy", row["oid"]))
        yield policy
    for row in reader.select("rules"):
        rule = RuleObject(**{key: row[key] for key in row if key != "oid"})
        reader.known(rule.ident, ("pg_rewrite", row["oid"]))
        yield rule
    for row in reader.select("statistics"):
        statistics = StatisticsObject(
            **_named(reader, row), definition=row["definition"], target=row["target"]
        )
        reader.known(statistics.ident, ("pg_statistic_ext", row["oid"]))
        yield statistics


def _publications(reader: Reader) -> Iterator[SchemaItem]:
    tables: dict[int, list[RowMapping]] = defaultdict(list)
    for row in reader.select("publication_tables"):
        tables[row["publication_oid"]].append(row)
    for row in reader.select("publications"):
        own = tables.get(row["oid"], [])
        item = PublicationObject(
            name=row["name"],
            all_tables=row["all_tables"],
            tables=tuple(
                PublishedTable(table["table"], tuple(table["columns"]), table["where"]) for table in own
            ),
            schemas=tuple(row["schemas"]),
            publish=tuple(row["publish"]),
            via_root=row["via_root"],
            owner=reader.own(row["owner"]),
            comment=row["comment"],
        )
        reader.known(item.ident, ("pg_publication", row["oid"]))
        reader.known(item.ident, *(("pg_publication_rel", table["oid"]) for table in own))
        yield item


def _event_triggers(reader: Reader) -> Iterator[SchemaItem]:
    for row in reader.select("event_triggers"):
        item = EventTriggerObject(
            name=row["name"],
            event=row["event"],
            function=row["function"],
            tags=tuple(sorted(row["tags"])),
            enabled=row["enabled"],
            owner=reader.own(row["owner"]),
            comment=row["comment"],
        )
        reader.known(item.ident, ("pg_event_trigger", row["oid"]))
        yield item


def _default_privileges(reader: Reader) -> Iterator[SchemaItem]:
    lists: dict[tuple[str, str, str], dict[str, set[tuple[str, str, bool]]]] = defaultdict(
        lambda: {"there": set(), "usual": set()}
    )
    for row in reader.select("default_privileges"):
        entry = (row["grantee"], row["privilege"], row["grantable"])
        lists[row["role"], row["schema"], row["on"]][row["side"]].add(entry)
    for (role, schema, on), sides in lists.items():
        yield DefaultPrivilegesObject(
            role=reader.own(role),
            schema=schema,
            on=on,
            granted=tuple(sorted(sides["there"] - sides["usual"])),
            revoked=tuple(sorted(sides["usual"] - sides["there"])),
        )
