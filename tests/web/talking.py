"""How a person talks to the chat page."""

from typing import Any


def say(page: Any, text: str) -> Any:
    """Say something; the exchange, once it is whole."""
    from playwright.sync_api import expect  # the tests skip where it is missing

    before = page.locator(".entry").count()
    page.locator(".composer textarea").fill(text)
    page.keyboard.press("Enter")
    entry = page.locator(".entry").nth(before)
    expect(entry).to_have_attribute("aria-busy", "false", timeout=30_000)
    return entry
