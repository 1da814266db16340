"""`check`: the rules over a history or over given files."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pgevolve.check.finding import Finding
from pgevolve.cli.configuration import NoConfigurationError, read_configuration
from pgevolve.cli.console import end, ends_with_status, exit_status, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import FindingsError, UsageError
from pgevolve.project import CheckOptions

_OLDEST, _NEWEST = 15, 18


class UnknownFormatError(UsageError):
    """A format that findings are not written in."""

    hint = "use --format text, json, sarif or github"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"there is no format {self.name!r}"


class TargetVersionError(UsageError):
    """A server version that the rules do not know."""

    hint = f"use --target-version {_OLDEST} to {_NEWEST}"

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version

    def __str__(self) -> str:
        return f"the rules know nothing of PostgreSQL {self.version}"


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("check migrations/20261122_1015_add_salon_phone --format json"))
    @ends_with_status
    def check(  # noqa: PLR0913, PLR0917 (a parameter an option)
        paths: Annotated[
            list[Path] | None,
            typer.Argument(help="Migration directories, or .sql files as a history in the order given."),
        ] = None,
        format_name: Annotated[str, typer.Option("--format", help="text, json, sarif or github.")] = "text",
        since: Annotated[
            str | None, typer.Option(help="A git revision; what was there then is state only.")
        ] = None,
        target_version: Annotated[
            int | None, typer.Option(help="The major version of the server, 15 to 18.")
        ] = None,
        fix: Annotated[bool, typer.Option("--fix", help="Rewrite what a safe form is known for.")] = False,  # noqa: FBT002 (Typer's way to a flag)
        diff: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--diff", help="With --fix: print the patch, write nothing.")
        ] = False,
        not_deployed: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool,
            typer.Option("--not-deployed", help="With --fix: no database has the last migration yet."),
        ] = False,
    ) -> None:
        """Read migrations and say which statements would block, break or lose something.

        Without a path the project's own history is read. No database is needed. Exit status 0: nothing but
        notes; 1: findings; 2: a history or file that cannot be read. With --fix findings are those left.
        """
        from pgevolve.check.formats import FORMATS
        from pgevolve.check.read import read_migrations, read_sources, report_only_changes
        from pgevolve.check.run import check_sources

        if format_name not in FORMATS:
            raise UnknownFormatError(format_name)
        if fix:
            _fix(paths or [], target_version, patch_only=diff, not_deployed=not_deployed)
            return
        if paths:
            sources, options = read_sources(paths), _configured()
        else:
            checked = context.checked()
            sources, options = read_migrations(checked.migrations), checked.options
        options = _for_target(options, target_version)
        if since is not None:
            report_only_changes(sources, since)
        today = datetime.now().astimezone().date()
        findings = check_sources(sources, options, today)
        if format_name == "text" and sys.stdout.isatty():
            _print_coloured(findings)
        elif text := FORMATS[format_name](findings):
            print_line(text)
        if any(finding.counts for finding in findings):
            end(exit_status(FindingsError()))


def _fix(paths: list[Path], target_version: int | None, *, patch_only: bool, not_deployed: bool) -> None:
    from pgevolve.fix.files import patch_text, work_out, write

    fixes = work_out(paths, _for_target(_configured(), target_version), not_deployed=not_deployed)
    if patch_only:
        sys.stdout.write(patch_text(fixes))
    else:
        for entry in fixes:
            for done in entry.done:
                print_line(f"{entry.source.file}:{done.line} {done.rule} rewritten: {done.said}")
        for path in write(fixes):
            print_line(f"written: {path}")
    left = [there for entry in fixes for there in entry.fixed.left]
    for there in left if not patch_only else ():
        found = there.finding
        print_line(f"{found.file}:{found.line}:{found.column} {found.rule} left: {found.message}")
        print_line(f"  fix: {there.reason}")
    if left:
        end(exit_status(FindingsError()))


def _for_target(options: CheckOptions, target_version: int | None) -> CheckOptions:
    if target_version is not None:
        options = replace(options, target_version=target_version)
    if not _OLDEST <= options.target_version <= _NEWEST:
        raise TargetVersionError(options.target_version)
    return options


def _configured() -> CheckOptions:
    """Return the settings of the nearest pyproject.toml, without importing any models."""
    try:
        return read_configuration(None, Path.cwd()).check
    except NoConfigurationError:
        return CheckOptions()


def _print_coloured(findings: Sequence[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    from pgevolve.check.formats.text import summary

    console = Console(highlight=False, soft_wrap=True)
    colours = {"error": "red", "warning": "yellow", "note": "blue"}
    for found in findings:
        place = Text(f"{found.file}:{found.line}:{found.column} ", style="dim")
        console.print(place + Text(found.rule, style=f"bold {colours[found.severity]}"), found.message)
        console.print(Text("  fix: ", style="green") + Text(found.fix))
    console.print(summary(findings))
