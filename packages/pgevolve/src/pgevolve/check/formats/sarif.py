"""SARIF 2.1.0 (OASIS, 27 March 2020): the part of it that says where, which rule, and what.

The few objects that are used are written down here: a model library would bring a second framework for them.
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath
from urllib.parse import quote

import msgspec

from pgevolve.check.finding import Finding

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class _Object(msgspec.Struct, rename="camel", omit_defaults=True):
    """An object of the format: its property names are in camel case."""


class Message(_Object):
    """A text for a person."""

    text: str


class Region(_Object):
    """A place in a file; lines and columns count characters from 1."""

    start_line: int
    start_column: int


class ArtifactLocation(_Object):
    """A file, as a relative or absolute URI reference."""

    uri: str


class PhysicalLocation(_Object):
    """A file and a place in it."""

    artifact_location: ArtifactLocation
    region: Region


class Location(_Object):
    """Where a result is."""

    physical_location: PhysicalLocation


class Configuration(_Object):
    """How bad a rule's results are unless they say otherwise."""

    level: str


class ReportingDescriptor(_Object):
    """A rule."""

    id: str
    name: str
    default_configuration: Configuration


class Result(_Object):
    """A finding."""

    rule_id: str
    rule_index: int
    level: str
    message: Message
    locations: list[Location]


class ToolComponent(_Object):
    """The tool and its rules."""

    name: str
    version: str
    rules: list[ReportingDescriptor]


class Tool(_Object):
    """What made a run."""

    driver: ToolComponent


class Run(_Object):
    """One run of the tool. Columns count code points, not the UTF-16 units that are the default."""

    tool: Tool
    results: list[Result]
    column_kind: str


class Log(_Object):
    """A SARIF file."""

    schema: str = msgspec.field(name="$schema")
    version: str
    runs: list[Run]


def render(findings: Sequence[Finding]) -> str:
    """Return a log with one run."""
    rules = list({found.rule: found for found in findings}.values())
    places = {found.rule: place for place, found in enumerate(rules)}
    component = ToolComponent("pgevolve", version("pgevolve"), [_rule(found) for found in rules])
    results = [_result(found, places[found.rule]) for found in findings]
    log = Log(_SCHEMA, "2.1.0", [Run(Tool(component), results, "unicodeCodePoints")])
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode()


def _rule(found: Finding) -> ReportingDescriptor:
    return ReportingDescriptor(found.rule, found.name, Configuration(found.severity))


def _result(found: Finding, place: int) -> Result:
    location = PhysicalLocation(
        ArtifactLocation(quote(PurePath(found.file).as_posix())), Region(found.line, found.column)
    )
    message = Message(f"{found.message}; fix: {found.fix}")
    return Result(found.rule, place, found.severity, message, [Location(location)])
