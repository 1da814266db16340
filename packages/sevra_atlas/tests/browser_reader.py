"""A browser window as a test reads it."""

from playwright.sync_api import ConsoleMessage, Page, Response

WIDTHS = [360, 1280]


class Reader:
    """A browser window that remembers what went wrong in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda request: self.faults.append(request.url))

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def open(self, path: str) -> Response:
        answer = self.page.goto(self.address + path, wait_until="networkidle")
        self.page.evaluate("document.fonts.ready")
        assert answer is not None
        return answer

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def salon_cards(self) -> int:
        return self.page.locator(".salon-card:visible").count()

    def is_wider_than_the_window(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def font(self) -> bool:
        return bool(self.page.evaluate("document.fonts.check('16px Vazirmatn', 'سالن')"))


def assert_calm(reader: Reader, direction: str = "rtl") -> None:
    """Fail when the page scrolls sideways, reports a fault, lacks its font or reads from the wrong side."""
    assert not reader.is_wider_than_the_window()
    assert reader.faults == []
    assert reader.font()
    assert reader.page.evaluate("getComputedStyle(document.body).direction") == direction
