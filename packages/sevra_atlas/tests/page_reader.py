"""A page as a test reads it: headings, links, cards, structured data."""

import json
from html.parser import HTMLParser
from typing import Any

import httpx

_VOID = {"meta", "link", "img", "br", "path", "circle", "rect"}


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text: list[str] = []
        self.found.append((tag, dict(attrs), text))
        if tag not in _VOID:
            self._open.append(text)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for text in self._open:
            text.append(data)


class Page:
    """One answered page."""

    def __init__(self, answer: httpx.Response) -> None:
        assert answer.headers["content-type"].startswith("text/html"), answer.headers
        self.status = answer.status_code
        self.headers = answer.headers
        self._parts = _Collector()
        self._parts.feed(answer.text)

    def texts(self, tag: str, css_class: str | None = None) -> list[str]:
        """Return the text of each element of a tag, spaces collapsed."""
        return [
            " ".join("".join(text).split())
            for name, attributes, text in self._parts.found
            if name == tag and (css_class is None or css_class in (attributes.get("class") or "").split())
        ]

    def attributes(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element of a tag that has the wanted ones."""
        return [
            attributes
            for name, attributes, _ in self._parts.found
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    @property
    def heading(self) -> str:
        """Return the one first heading."""
        (heading,) = self.texts("h1")
        return heading

    @property
    def canonical(self) -> str | None:
        """Return the canonical link."""
        links = self.attributes("link", rel="canonical")
        return links[0]["href"] if links else None

    @property
    def graph(self) -> list[dict[str, Any]]:
        """Return the nodes of the one structured graph."""
        (script,) = [
            "".join(text)
            for tag, attributes, text in self._parts.found
            if tag == "script" and attributes.get("type") == "application/ld+json"
        ]
        return json.loads(script)["@graph"]

    def node(self, fragment: str) -> dict[str, Any]:
        """Return the node whose id ends in a fragment."""
        (node,) = [node for node in self.graph if node["@id"].endswith(f"#{fragment}")]
        return node

    def salon_cards(self) -> list[str]:
        """Return the addresses that the salon cards lead to, in their order."""
        return [
            attributes["href"] or ""
            for attributes in self.attributes("a", **{"class": "face", "tabindex": "-1"})
            if (attributes["href"] or "").startswith("/atlas/salon/")
        ]
