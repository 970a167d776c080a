"""palate evaluate interactions, as a person or a script runs it."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MAIN = "from palate.cli import main; main()"


def evaluate(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(
        [sys.executable, "-c", MAIN, "evaluate", "interactions", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
    )


@pytest.fixture(scope="module")
def measured(circle, tmp_path_factory):
    """(the JSON document, the page) of one run."""
    page = tmp_path_factory.mktemp("report") / "report.html"
    done = evaluate(circle, "--compare", "implicit-cosine", "--at", "3,1", "--json", "--html", page)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), page.read_text(encoding="utf-8")


def test_the_json_document(measured):
    found, _ = measured
    assert found["protocol"] == "leave-last-out"
    assert found["judged_users"] == found["targets"] == 60
    assert found["benchmark"]["items"] == 12
    ours = ["popularity", "item_knn", "text_knn", "als", "ease", "sequential", "content", "fusion"]
    assert list(found["recommenders"]) == [*ours, "implicit-cosine"]
    for one in found["recommenders"].values():
        assert set(one["recall"]) == set(one["ndcg"]) == {"1", "3"}
        for name in ("recall", "ndcg"):
            low, high = one["intervals"][name]["3"]
            assert 0 <= low <= one[name]["3"] <= high <= 1
        assert 0 < one["mrr"] <= 1
        assert one["fit_seconds"] >= 0
        assert one["scoring_seconds"] > 0
        assert 0 < one["coverage"]["3"] <= 1
        assert 0 < one["diversity"]["3"] <= 1
    assert found["recommenders"]["item_knn"]["recall"]["1"] > 0.9
    assert len(found["comparisons"]) == 2 * 36


def test_the_page_stands_alone(measured):
    found, page = measured
    assert not re.findall(r"<(?:script|link|img|iframe)|url\(|@import|(?:src|href)=", page)
    assert set(re.findall(r"https?://[^\"'<\s]+", page)) == {"http://www.w3.org/2000/svg"}
    plots = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(plots) == 4
    for plot in plots:
        tree = ElementTree.fromstring(plot)
        # every recommender is named in every plot, and nothing lies outside
        texts = {"".join(text.itertext()) for text in tree.iter("{http://www.w3.org/2000/svg}text")}
        assert set(found["recommenders"]) <= texts
        height = float(tree.attrib["viewBox"].split()[3])
        for mark in tree.iter("{http://www.w3.org/2000/svg}circle"):
            assert 0 <= float(mark.attrib["cx"]) <= 720
            assert 0 <= float(mark.attrib["cy"]) <= height

    class Balanced(HTMLParser):
        open: ClassVar[list[str]] = []

        def handle_starttag(self, tag, attributes):
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    checker = Balanced()
    checker.feed(page.removeprefix("<!doctype html>"))
    checker.close()
    assert not checker.open


def test_names_are_escaped_in_the_page(tmp_path, write):
    folder = write(
        tmp_path / "a<b>&c",
        [{"item_id": str(code), "title": "T"} for code in range(3)],
        [(user, (user + place) % 3, "view", place) for user in range(4) for place in (1, 2)],
    )
    page = tmp_path / "r.html"
    done = evaluate(folder, "--models", "popularity", "--html", page)
    assert done.returncode == 0, done.stderr
    assert "a&lt;b&gt;&amp;c" in page.read_text(encoding="utf-8")
    assert "<b>" not in page.read_text(encoding="utf-8")


def test_the_text_for_people(circle):
    done = evaluate(circle, "--models", "item_knn,popularity", "--protocol", "time-split", "--users", "5")
    assert done.returncode == 0, done.stderr
    assert "circle: " in done.stdout
    assert "5 users judged" in done.stdout
    rows = [line.split()[0] for line in done.stdout.splitlines() if "  " in line]
    assert sorted(rows) == ["item_knn"] * 2 + ["popularity"] * 2 + ["recommender"] * 2
    assert "NDCG@10 differs by" in done.stdout
    assert "forecast: about" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["nowhere"], 2, "no folder 'nowhere'"),
        (["FOLDER", "--protocol", "leave-one-out"], 2, "'leave-one-out'; it must be one of leave-last-out"),
        (["FOLDER", "--at", "ten"], 2, "'ten' must be numbers"),
        (["FOLDER", "--at", "0"], 2, "cut-offs"),
        (["FOLDER", "--models", "hal9000"], 2, "no recommender 'hal9000'"),
        (["FOLDER", "--html", "no/such/folder/r.html"], 2, "no folder for it"),
    ],
)
def test_wrong_use_is_told_in_a_line(circle, arguments, status, message):
    done = evaluate(*(circle if argument == "FOLDER" else argument for argument in arguments))
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
