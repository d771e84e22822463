"""Browser windows of people of the town, which listen to what the console says."""

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from tests.browser.town import Town
from tests.clients import PASSWORD

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
TIMEOUT_MS = 30_000
"""Generous: the machine may be busy."""
_LOCALES = {"es": "es-ES", "eu": "eu-ES", "en": "en-GB"}


class Window:
    """One page in a browser of its own."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        context.set_default_timeout(TIMEOUT_MS)
        self.page: Page = context.new_page()

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def log_in(self, login: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()


class Windows:
    """Opens windows and remembers complaints of their pages."""

    def __init__(self, browser: Browser, town: Town) -> None:
        self._browser, self._town = browser, town
        self._opened: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(
        self,
        login: str | None = None,
        *,
        application: str = "staff",
        phone: bool = False,
        dark: bool = False,
        scripts: bool = True,
        language: str = "en",
    ) -> Window:
        """A window; with `login`, that person is logged in already."""
        context = self._browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            is_mobile=phone,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            locale=_LOCALES[language],
        )
        self._opened.append(context)
        if login is not None:
            context.add_cookies([self._town.login_cookie(login)])
        address = self._town.addresses[application] if login is None else ""
        window = Window(context, address or self._town.address_for(str(login)))
        window.page.on("console", self._hear)
        window.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        return window

    def close(self) -> None:
        for context in self._opened:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # A form with a mistake is answered 4xx, which Chromium calls a failure to load.
        text = message.text
        refused = text.startswith("Failed to load resource") and any(
            f"status of {status} " in text for status in (401, 403, 404, 409, 422)
        )
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"{message.location.get('url')}: {text}")


def description_of(field: Locator) -> str:
    """The words that a screen reader adds to the field: hints and errors."""
    return str(
        field.evaluate(
            """field => (field.getAttribute("aria-describedby") || "").split(" ")
                .map(id => document.getElementById(id)?.textContent.trim() ?? "").join(" ")"""
        )
    )


def is_loaded(picture: Locator) -> bool:
    """Whether the browser could decode the picture."""
    return bool(picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
