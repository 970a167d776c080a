"""The chat page in a real browser against a real ``palate serve`` of the demo shop."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from palate.service.pages import STATIC

FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory, start: Any) -> Iterator[str]:
    if not (STATIC / "index.html").is_file():
        pytest.skip("the pages are not built here: pip install -e . builds them")
    folder = Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("web") / "shop"))
    with start(folder) as server:
        yield server.address


class Watched:
    """A page, and all that went wrong or out of the house on it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.on(
            "request",
            lambda request: None if request.url.startswith(address) else self.elsewhere.append(request.url),
        )
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective))"
        )
        self.page.goto(address)


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Any]:
    """Open the page anew, as somebody new; at the end nothing may have gone wrong on it."""
    opened: list[Watched] = []

    def opens(**options: Any) -> Any:
        opened.append(Watched(browser, address, **options))
        return opened[-1].page

    yield opens
    for watched in opened:
        assert watched.errors == []
        assert watched.elsewhere == []
        watched.context.close()
