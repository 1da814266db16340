"""Titles and descriptions in the lengths that a page of results shows, made of facts of the page alone."""

from sevra_atlas.site.language import PERSIAN, Language, marked

SITE_NAME = marked("اطلس سورا")
BLOG_NAME = f"مجله {SITE_NAME}"
LONGEST_TITLE = 65
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 50, 160

_STOPS = (".", "!", "؟", "?", "…", ":")
_ABOUT_THE_SITE = marked("در %(site)s، راهنمای سالن‌های زیبایی و هنرمندان شهرهای ایران.")


def title(*wordings: str, number: int = 1, language: Language = PERSIAN) -> str:
    """Return the first wording that fits beside the number of the page and the name of the site.

    Wordings go from the longest to the shortest; when none fits, the last is cut at a word.
    """
    page = _page_of(number, language)
    room = LONGEST_TITLE - len(f" | {language.say(SITE_NAME)}") - len(page)
    plain = [_one_line(wording) for wording in wordings]
    fitting = next((wording for wording in plain if len(wording) <= room), None)
    return (fitting or _cut(plain[-1], room)) + page


def description(*sentences: str | None, number: int = 1, language: Language = PERSIAN) -> str:
    """Return as many of the sentences as 160 characters hold, told apart by the number of the page.

    Too little is made up with what the site is.
    """
    page = "" if number == 1 else language.say("صفحه %(page)s: ", page=language.forms.digits(number))
    room = LONGEST_DESCRIPTION - len(page)
    text = ""
    for sentence in filter(None, map(_sentence, sentences)):
        joined = f"{text} {sentence}".strip()
        if len(joined) <= room:
            text = joined
        elif len(text) < SHORTEST_DESCRIPTION:
            text = _cut(joined, room)
    if len(text) < SHORTEST_DESCRIPTION:
        about = language.say(_ABOUT_THE_SITE, site=language.say(SITE_NAME))
        text = _cut(f"{text} {about}".strip(), room)
    return page + text


def stored(text: str | None, number: int, language: Language = PERSIAN) -> str | None:
    """Return what an editor wrote for the head, whole, told apart by the number of the page."""
    return f"{text}{_page_of(number, language)}" if text else None


def _page_of(number: int, language: Language) -> str:
    return "" if number == 1 else language.say("، صفحه %(page)s", page=language.forms.digits(number))


def _sentence(text: str | None) -> str:
    plain = _one_line(text or "")
    return plain if not plain or plain.endswith(_STOPS) else f"{plain}."


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, room: int) -> str:
    """Return a text that fits into `room` characters, cut at a word where there is one in its second half."""
    if len(text) <= room:
        return text
    whole = text[: room - 1]
    at_a_word = whole.rpartition(" ")[0]
    kept = at_a_word if len(at_a_word) > room // 2 else whole
    return kept.rstrip(" ،؛:-\u200c") + "…"
