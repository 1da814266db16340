"""All rules in one order."""

from collections.abc import Callable, Iterator

from sevra_atlas.seo_lint import feed_rules, graph_rules, page_rules, sitemap_rules
from sevra_atlas.seo_lint.facts import Crawl
from sevra_atlas.seo_lint.findings import Finding

Rule = Callable[[Crawl], Iterator[Finding]]

_OF_FILES: tuple[Rule, ...] = (
    sitemap_rules.addresses,
    sitemap_rules.index_of,
    sitemap_rules.sizes,
    sitemap_rules.dates,
    sitemap_rules.structure,
)
_OF_PAGES: tuple[Rule, ...] = (
    page_rules.listed_pages,
    page_rules.canonicals,
    page_rules.alternates,
    page_rules.listed_alternates,
    graph_rules.structured_data,
    feed_rules.feeds,
    feed_rules.robots,
)


def lint_sitemap(crawl: Crawl) -> list[Finding]:
    """Return what the rules over the sitemap's files find, by code and address."""
    return _found(_OF_FILES, crawl)


def lint(crawl: Crawl) -> list[Finding]:
    """Return what all rules find, by code and address."""
    return _found((*_OF_FILES, *_OF_PAGES), crawl)


def _found(rules: tuple[Rule, ...], crawl: Crawl) -> list[Finding]:
    return sorted({finding for rule in rules for finding in rule(crawl)})
