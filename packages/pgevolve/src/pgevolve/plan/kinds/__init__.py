"""The statements of each kind of object, one file a kind.

`create` yields what makes an object. `change` yields what turns it into another in place, or is None where it
has to go and come back. `drop` yields what removes it.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType, ModuleType

from pgevolve.catalog.attached import PolicyObject, RuleObject, StatisticsObject
from pgevolve.catalog.database import (
    DefaultPrivilegesObject,
    EventTriggerObject,
    ExtensionObject,
    PublicationObject,
)
from pgevolve.catalog.model import AggregateObject, MaterializedViewObject, SchemaItem
from pgevolve.catalog.types import CollationObject, CompositeObject, DomainObject, RangeObject
from pgevolve.plan import text
from pgevolve.plan.kinds import (
    aggregate,
    collation,
    composite,
    default_privileges,
    domain,
    event_trigger,
    extension,
    materialized_view,
    policy,
    publication,
    range_type,
    rule,
    statistics,
)

_KINDS: Mapping[type, ModuleType] = MappingProxyType(
    {
        AggregateObject: aggregate,
        CollationObject: collation,
        CompositeObject: composite,
        DefaultPrivilegesObject: default_privileges,
        DomainObject: domain,
        EventTriggerObject: event_trigger,
        ExtensionObject: extension,
        MaterializedViewObject: materialized_view,
        PolicyObject: policy,
        PublicationObject: publication,
        RangeObject: range_type,
        RuleObject: rule,
        StatisticsObject: statistics,
    }
)


def has(item: SchemaItem) -> bool:
    """Tell whether the kind of the object has a file here."""
    return type(item) in _KINDS


def create(item: SchemaItem) -> Iterator[str]:
    """Yield the statements that make the object, without owner and comment."""
    yield from _KINDS[type(item)].create(item)


def change(before: SchemaItem, after: SchemaItem) -> list[str] | None:
    """Return the statements that change the object in place, without owner and comment.

    None when it has to go and come back.
    """
    statements: list[str] | None = _KINDS[type(after)].change(before, after)
    return statements


def drop(item: SchemaItem) -> Iterator[str]:
    """Yield the statements that remove an object of any kind but constraints and indexes."""
    if isinstance(item, DefaultPrivilegesObject):
        yield from default_privileges.drop(item)
    else:
        yield f"DROP {text.on_clause(item)}"
