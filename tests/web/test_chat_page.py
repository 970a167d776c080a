"""What a person does on the chat page, and what is seen then."""

from collections.abc import Callable
from typing import Any

import pytest
from talking import say

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
expect: Any = playwright.expect

Opens = Callable[..., Any]

WORDS = {
    "en": {
        "locale": "en-GB", "gift": "I want to buy a gift", "dislike": "Not for me", "why": "Why?", "like": "Like",
        "save": "Save", "others": "Show me the next ones", "taken_out": "I have taken out", "cheaper": "cheaper",
    },
    "zh": {
        "locale": "zh-CN", "gift": "我想买一个礼物。", "dislike": "不喜欢", "why": "为什么？", "like": "喜欢",
        "save": "收藏", "others": "看看下一批", "taken_out": "已经去掉了", "cheaper": "便宜点",
    },
}  # fmt: skip


def titles(entry: Any) -> list[str]:
    return [text.strip() for text in entry.locator(".card h3, .folded strong").all_inner_texts()]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_gift_is_found_disliked_and_gone(open_page: Opens, language: str):
    words = WORDS[language]
    page = open_page(locale=words["locale"])
    entry = say(page, words["gift"])
    cards = entry.locator("li.card")
    expect(cards).to_have_count(6)
    disliked = titles(entry)[0]

    reasoned = cards.filter(
        has=page.locator(".reason")
    ).first  # what the shop tries out may have no reason of its own
    reasoned.get_by_role("button", name=words["why"]).click()
    expect(reasoned.locator(".reasons li").first).to_be_visible()

    cards.nth(0).get_by_role("button", name=words["dislike"], exact=True).click()
    folded = entry.locator(".folded")
    expect(folded).to_be_visible()
    folded.get_by_role("button", name=words["others"]).click()
    follow = page.locator(".entry").nth(1)
    expect(follow).to_have_attribute("aria-busy", "false")
    expect(follow.locator(".reply").first).to_contain_text(words["taken_out"])
    assert disliked.strip("《》") in follow.locator(".reply").first.inner_text()
    assert disliked not in titles(follow)
    assert not set(titles(entry)) & set(titles(follow))  # others were asked for

    again = say(page, words["gift"])
    assert disliked not in titles(again)


def test_a_like_counts_and_stays_after_a_reload(open_page: Opens):
    page = open_page(locale="en-GB")
    entry = say(page, "headphones")
    card = entry.locator("li.card").nth(2)
    liked = titles(entry)[2]
    card.get_by_role("button", name="Like", exact=True).click()
    expect(card.get_by_role("button", name="Like", exact=True)).to_have_attribute("aria-pressed", "true")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    follow = say(page, "a gift for my friend")
    assert liked in page.locator(".entry").nth(1).inner_text()  # a reason speaks of it
    page.reload()
    expect(page.locator(".entry")).to_have_count(2)
    assert titles(page.locator(".entry").nth(1)) == titles(follow)


@pytest.mark.parametrize(
    ("locale", "text", "words"),
    [
        (
            "en-GB",
            "headphones under 500, ideally not black",
            ["Headphones", "up to ¥500", "preferably not in black"],
        ),
        ("zh-CN", "500元以内的耳机，最好不要黑色", ["耳机", "不超过¥500", "最好不要黑色"]),
    ],
)
def test_what_was_understood_is_shown_in_the_words_of_the_conversation(
    open_page: Opens, locale: str, text: str, words: list[str]
):
    entry = say(open_page(locale=locale), text)
    wishes = entry.locator(".understood .wish")
    expect(wishes).to_have_count(len(words))
    assert sorted(wishes.all_inner_texts()) == sorted(words)


def test_an_options_button_answers_the_question(open_page: Opens):
    page = open_page(locale="zh-CN")
    entry = say(page, "我想买一个礼物。")
    option = entry.locator(".chips .chip").first
    text = option.inner_text()
    option.click()
    follow = page.locator(".entry").nth(1)
    expect(follow).to_have_attribute("aria-busy", "false")
    assert follow.locator(".said").inner_text().strip().endswith(text)
    expect(follow.locator(".understood .wish")).to_have_count(1)


def test_the_detail_opens_with_its_facts_and_closes(open_page: Opens):
    page = open_page(locale="en-GB")
    entry = say(page, "waterproof speakers")
    title = titles(entry)[0]
    entry.locator("li.card .title").first.click()
    detail = page.locator("dialog.detail[open]")
    expect(detail.locator("h2")).to_have_text(title)
    expect(detail.locator(".attributes")).to_contain_text("waterproof", ignore_case=True)
    detail.get_by_role("button", name="Close").click()
    expect(page.locator("dialog.detail[open]")).to_have_count(0)


def test_the_language_is_switched_and_kept(open_page: Opens):
    page = open_page(locale="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="切换到中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".welcome h2")).to_have_text("您想找点什么？")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator(".welcome .chip").first.click()
    expect(page.locator("li.card").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_sideways(open_page: Opens, width: int):
    page = open_page(locale="zh-CN", viewport={"width": width, "height": 800})
    entry = say(page, "我想买一个礼物。")
    entry.locator("li.card").first.get_by_role("button", name="为什么？").click()
    say(page, "便宜点" + "W" * 300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
