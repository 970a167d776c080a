"""The page that ``palate evaluate interactions --html`` writes, opened in a real browser, wide and narrow."""

from pathlib import Path
from typing import Any

import pytest

from palate.evaluation.contenders import Contender, ours
from palate.evaluation.interactions import evaluate_interactions
from palate.evaluation.page import page

MARKUP = '<img src=x onerror=alert(1)>&"quoted"'


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a folder and with a recommender whose names are markup."""
    folder = tmp_path_factory.mktemp("report") / "<b>bold<b>"
    folder.mkdir()
    items = [f'{{"item_id": "i{code}", "title": "T", "categories": ["c{code % 2}"]}}' for code in range(9)]
    (folder / "items.jsonl").write_text("\n".join(items) + "\n")
    rows = [f"u{user},i{(user + n) % 9},view,{n}" for user in range(20) for n in range(4)]
    rows.append("u1,<script>alert(2)</script>,view,9")
    (folder / "events.csv").write_text("\n".join(["user_id,item_id,event_type,timestamp", *rows]) + "\n")
    first, *others = ours(["popularity", "item_knn", "ease"])
    marked = Contender(MARKUP, first.fit, "<u>settings</u>", "</td></table>")
    more = [Contender(f"series {n}", first.fit) for n in range(8)]
    evaluation = evaluate_interactions(folder, contenders=[marked, *others, *more])
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(evaluation), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
def test_the_report_is_seen(browser: Any, report: Path, width: int):
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda said: wrong.append(said.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    opened.on(
        "request", lambda request: wrong.append(request.url) if "report.html" not in request.url else None
    )
    opened.goto(report.as_uri())

    # strings are text: nothing of them became an element
    assert opened.locator("h1").inner_text() == "Recommenders on <b>bold<b>"
    assert opened.locator("img, script, u, b").count() == 0
    assert "'<script>alert(2)</script>'" in opened.locator("ul.note").inner_text()
    tables = opened.locator("table")
    assert tables.count() == 3
    assert tables.first.locator("tr").count() == 1 + 11
    row = tables.first.locator("tr", has_text=MARKUP)
    assert "</td></table>, <u>settings</u>" in row.inner_text()

    # the page is as wide as the window, and the first measure stands in it beside the name
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    recall = tables.first.locator("tr").nth(1).locator("td").nth(1)
    box = recall.bounding_box()
    assert recall.inner_text().startswith(("0.", "1."))
    assert box["x"] + box["width"] <= width

    # four plots, as large as they must be to be read, every recommender named in each
    plots = opened.locator("figure svg")
    assert plots.count() == 4
    for number in range(4):
        plot = plots.nth(number)
        assert plot.bounding_box()["width"] >= 540
        assert MARKUP in plot.locator("text").all_text_contents()
        assert plot.locator("circle").count() >= 11 or plot.locator("polyline").count() == 11
        letters = plot.locator("text").nth(1).bounding_box()
        assert letters["height"] >= 10
    # more series than colours: the dots of those beyond are told apart by being hollow
    dots = plots.nth(3).locator("circle")
    fills = {
        dots.nth(n).evaluate("dot => { const s = getComputedStyle(dot); return s.fill + s.stroke }")
        for n in range(dots.count())
    }
    assert len(fills) == 11
    assert wrong == []
    context.close()
