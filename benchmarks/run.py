"""Run every benchmark and write RESULTS.md: `make bench`. Timings never decide a test."""

import asyncio
import os
import platform
from datetime import UTC, datetime

import check
import deploys
import lists
import paths
from figures import Figure
from results import write_head, write_section
from site_data import Site, running_site

_SUITES = (lists, paths, deploys)


async def _measure(site: Site) -> list[Figure]:
    figures: list[Figure] = []
    for suite in _SUITES:
        print(f"measuring {suite.__name__}", flush=True)
        figures += await suite.measure(site)
    return figures


def _page(site: Site, figures: list[Figure]) -> str:
    rows = [
        f"| {figure.what} | {_shown(figure.ours)} {figure.unit} | {_shown(figure.peer)} {figure.unit} |"
        f" {figure.peer_name} | {figure.ratio:.2f} |"
        for figure in figures
    ]
    machine = (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, PostgreSQL {site.server.version} with its usual settings,"
        f" standard demo data (loaded in {site.demo_seconds:.1f} s), medians, all on one machine."
    )
    return "\n".join(
        [
            "# Results",
            "",
            machine,
            "Ours and the peer alternate in one run; the ratio is ours by the peer's, below 1 is better.",
            "",
            "| what | ours | peer | which peer | ratio |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _shown(value: float) -> str:
    """Return three digits that count, never as a power of ten."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def main() -> None:
    """Measure on a server made for it, and write the head of the page and the section on checking."""
    with running_site() as site:
        write_head(_page(site, asyncio.run(_measure(site))))
    print("measuring check", flush=True)
    write_section(check.section())


if __name__ == "__main__":
    main()
