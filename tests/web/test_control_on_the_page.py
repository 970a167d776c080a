"""What a person sees and corrects of himself on the page: counterfactuals, the profile, a brand refused."""

from collections.abc import Callable
from typing import Any

import pytest
from talking import say

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
expect: Any = playwright.expect

Opens = Callable[..., Any]

WORDS = {
    "en": {
        "locale": "en-GB", "ask": "headphones", "like": "Like", "why": "Why?", "without": "without your like",
        "otherwise": "Where it would stand otherwise", "profile": "My profile", "close": "Close",
        "believe": "What we believe of you", "empty": "Nothing yet.", "forget": "Forget:", "liked": "you liked",
        "never": "I never want earbuds", "never_line": "always:", "brand": "Never this brand",
        "refused": "This brand will not come again",
    },
    "zh": {
        "locale": "zh-CN", "ask": "耳机", "like": "喜欢", "why": "为什么？", "without": "要不是您点赞",
        "otherwise": "换一种情况", "profile": "我的画像", "close": "关闭",
        "believe": "我们对您的了解", "empty": "还没有任何了解", "forget": "忘掉：", "liked": "您喜欢",
        "never": "以后别推荐香水", "never_line": "一直：", "brand": "不再推荐这个品牌",
        "refused": "以后不再推荐这个品牌",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_why_tells_where_an_item_would_stand_without_a_like(open_page: Opens, language: str):
    words = WORDS[language]
    page = open_page(locale=words["locale"])
    first = say(page, words["ask"])
    card = first.locator("li.card").nth(0)
    liked = card.locator("h3").inner_text().strip()
    card.get_by_role("button", name=words["like"], exact=True).click()
    expect(card.get_by_role("button", name=words["like"], exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    again = say(page, words["ask"])
    card = again.locator("li.card").nth(0)
    card.get_by_role("button", name=words["why"]).click()
    otherwise = card.locator(".otherwise")
    expect(otherwise.locator("h4")).to_contain_text(words["otherwise"], timeout=30_000)
    told = otherwise.locator("li").all_inner_texts()
    assert any(words["without"] in text for text in told)
    assert any(liked in text for text in told)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_profile_is_read_and_a_line_is_taken_back(open_page: Opens, language: str):
    words = WORDS[language]
    page = open_page(locale=words["locale"])
    page.get_by_role("button", name=words["profile"]).click()
    dialog = page.get_by_role("dialog", name=words["believe"])
    expect(dialog.locator(".empty")).to_contain_text(words["empty"])
    dialog.get_by_role("button", name=words["close"]).click()

    entry = say(page, words["ask"])
    card = entry.locator("li.card").nth(0)
    title = card.locator("h3").inner_text().strip()
    card.get_by_role("button", name=words["like"], exact=True).click()
    expect(card.get_by_role("button", name=words["like"], exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    say(page, words["never"])
    page.get_by_role("button", name=words["profile"]).click()
    liked = dialog.locator("li").filter(has_text=title)
    expect(liked).to_contain_text(words["liked"])
    expect(dialog.locator("li").filter(has_text=words["never_line"])).to_have_count(1)
    expect(liked.locator(".evidence")).to_contain_text("20")  # the year
    never = dialog.locator("li").filter(has_text=words["never_line"])
    never.get_by_role("button", name=words["forget"]).click()
    expect(never).to_have_count(0)
    liked.get_by_role("button", name=words["forget"]).click()
    expect(dialog.locator("li")).to_have_count(0)
    expect(dialog.locator(".empty")).to_be_visible()
    page.reload()
    page.get_by_role("button", name=words["profile"]).click()
    expect(dialog.locator(".empty")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_brand_is_refused_for_good_and_taken_back_in_the_profile(open_page: Opens, language: str):
    words = WORDS[language]
    page = open_page(locale=words["locale"])
    entry = say(page, words["ask"])
    card = entry.locator("li.card").nth(0)
    brand = card.locator(".brand").inner_text().strip()
    card.locator("button.title").click()
    page.get_by_role("dialog").get_by_role("button", name=words["brand"]).click()
    expect(page.locator("footer .notice")).to_contain_text(words["refused"])
    again = say(page, words["ask"])
    assert brand not in again.locator("li.card .brand").all_inner_texts()
    page.get_by_role("button", name=words["profile"]).click()
    line = page.get_by_role("dialog").locator("li").filter(has_text=words["never_line"])
    expect(line).to_contain_text(brand)
    line.get_by_role("button", name=words["forget"]).click()
    expect(line).to_have_count(0)
