"""Why a path answers what it answers: the rows of the decision table as sentences for people."""

from typing import Final

REASONS: Final = {
    1: "the text cannot be a path of this site",
    2: "the present address of a page, written as it is written",
    3: "the present address of a page, written otherwise",
    4: "the path of something that was never public",
    5: "the path of something that was public and is hidden now",
    6: "the path of a post or page that was retired",
    7: "the path of something that was deleted: its successor answers, if it has one that is visible",
    8: "a former address of a page",
    9: "a redirect rule that may turn the request into a GET",
    10: "a redirect rule that keeps the method",
    11: "a rule that says the path is gone, or closed by law",
    12: "a redirect rule whose target a visitor may not see: the target's own state answers",
    13: "a route of the application",
    14: "the path of something that was purged",
    15: "a rule that is switched off, or speaks only without a query",
    16: "a prefix rule: the longest one that begins the path",
    17: "nothing is known of the path",
}
"""Row of the table → what kind of path it is."""
