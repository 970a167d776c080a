"""What each command prints and leaves behind, and with which status it ends."""

from pathlib import Path
from typing import Any

import orjson
import pytest

COMMANDS = (
    "demo", "init", "import items", "import events", "train", "versions", "rollback", "weights", "chat", "recommend",
    "why", "understand", "serve", "evaluate", "user export", "user erase", "doctor", "enrich", "costs",
)  # fmt: skip

GOODS = [
    {"item_id": "a", "name": "Tent for two", "price": "¥1,299.00", "categories": ["Outdoor"]},
    {"item_id": "b", "name": "Camping stove", "price": "¥199.00", "categories": ["Outdoor"]},
    {"item_id": "c", "name": "Picture book", "price": "¥39.00", "categories": ["Books"]},
]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Any, command: str):
    done = run(*command.split(), "--help")
    assert done.status == 0
    assert "Example: palate " in done.out
    assert done.err == ""


def test_a_shop_from_nothing_to_a_conversation(run: Any, tmp_path: Path):
    shop = tmp_path / "new shop"
    assert run("init", shop).status == 0
    assert (shop / "palate.toml").is_file()
    again = run("init", shop)
    assert again.status == 2
    assert str(shop) in again.err

    goods = write_lines(tmp_path / "goods.jsonl", GOODS)
    done = run("import", "items", shop, goods, "--map", "name=title", "--set", "price:number", "--json")
    assert done.status == 0
    assert done.err == ""
    assert (done.json["read"], done.json["added"], done.json["rejected"]) == (3, 3, 0)

    log = [
        {"user_id": u, "item_id": i, "event_type": "like", "timestamp": 1.7e9} for u in "xyz" for i in "ab"
    ]
    done = run("import", "events", shop, write_lines(tmp_path / "log.jsonl", log), "--json")
    assert done.json["added"] == 6

    done = run("train", shop, "--json")
    assert done.status == 0
    assert done.json["version"]

    (version,) = run("versions", shop, "--json").json["versions"]
    assert (version["version"], version["serves"], version["switched"]) == (done.json["version"], True, True)
    assert "not validated" in run("versions", shop).out
    assert run("rollback", shop).status == 2
    assert run("rollback", shop, version["version"], "--json").json == {"version": version["version"]}

    turn = run("chat", shop, "--once", "something for camping under 500", "--user", "new", "--json").json
    assert {item["item_id"] for item in turn["items"]} <= {"b", "c"}
    assert turn["understanding"]["constraints"][0]["attribute"] == "price"


def test_import_reports_for_people_too(run: Any, tmp_path: Path):
    run("init", tmp_path / "shop")
    goods = write_lines(tmp_path / "goods.jsonl", GOODS)
    done = run("import", "items", tmp_path / "shop", goods, "--map", "name=title")
    assert done.out.startswith("3 rows read: 3 added, 0 updated, 0 unchanged, 0 rejected\n")


def test_chat_once(run: Any, shop: Path):
    turn = run("chat", shop, "--once", "我想买一个礼物。", "--user", "ann", "--json").json
    assert turn["understanding"]["language"] == "zh"
    assert turn["text"] == "我想买一个礼物。"
    follow_up = run(
        "chat", shop, "--once", "便宜点", "--user", "ann", "--session", turn["session_id"], "--json"
    ).json
    assert follow_up["session_id"] == turn["session_id"]
    people = run("chat", shop, "--once", "a gift", "--user", "ann")
    assert people.status == 0
    assert people.err == ""
    assert "\x1b" not in people.out  # no colours in a pipe


def test_a_conversation_reads_its_lines_and_takes_reactions(run: Any, shop: Path):
    lines = "a set of headphones\n/why 1\n/dislike 1\n/like 99\n/nonsense\n\n/quit\nnever said\n"
    done = run("chat", shop, "--user", "bob", stdin=lines.encode())
    assert done.status == 0
    assert "in all" in done.out
    assert "dislike: " in done.err
    assert "'99'" in done.err
    held = run("user", "export", shop, "bob", "--json").json
    assert [event["event_type"] for event in held["events"]] == ["dislike"]
    assert held["events"][0]["turn_id"]


def test_recommend(run: Any, shop: Path):
    items = run("recommend", shop, "--user", "cy", "-k", 4, "--json").json["items"]
    assert len(items) == 4
    assert {"item_id", "title", "score", "reasons", "attributes"} <= items[0].keys()
    people = run("recommend", shop, "--user", "cy", "-k", 4)
    assert all(item["title"].split()[0] in people.out for item in items)


def test_why(run: Any, shop: Path):
    first, second = run("recommend", shop, "--user", "cy", "-k", 2, "--json").json["items"]
    why = run("why", shop, second["item_id"], "--user", "cy", "--json").json
    assert (why["place"], why["title"]) == (2, second["title"])
    assert sum(part["contribution"] for part in why["contributions"]) == pytest.approx(why["score"])
    people = run("why", shop, first["item_id"], "--user", "cy", "--language", "zh").out
    assert "1." in people
    assert "in all" in people
    assert "'nothing'" in run("why", shop, "nothing").err


def test_understand_one_and_a_batch(run: Any, shop: Path, tmp_path: Path):
    one = run("understand", shop, "不要香水,500元以内", "--json").json
    assert one["language"] == "zh"
    assert {"act", "query", "keywords", "mentions", "constraints", "references"} <= one.keys()
    assert "language" in run("understand", shop, "a gift").out

    best = run("recommend", shop, "--user", "cy", "-k", 3, "--json").json["items"]
    ids = [item["item_id"] for item in best]
    last = run("understand", shop, "the second one is too dear", "--last", ",".join(ids), "--json").json
    assert last["references"]

    batch = tmp_path / "batch.jsonl"
    rows = [
        {"id": "x", "text": "a gift", "context": None},
        {"id": 7, "text": "the second one is too dear", "context": {"last_items": ids}},
        {"id": "z", "text": "emoji only 🎁"},
    ]
    batch.write_bytes(b"\xef\xbb\xbf" + b"\n".join(map(orjson.dumps, rows)))
    done = run("understand", shop, "--batch", batch)
    answers = [orjson.loads(line) for line in done.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["x", 7, "z"]
    assert answers[1]["understanding"] == last


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"id": 1, "text": 5}', '{"id": 1, "text": "a", "context": 3}']
)
def test_a_batch_with_a_wrong_line_answers_nothing_and_names_it(
    run: Any, shop: Path, tmp_path: Path, line: str
):
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 0, "text": "a gift"}\n' + line + "\n")
    done = run("understand", shop, "--batch", batch)
    assert done.status == 2
    assert done.out == ""
    assert "line 2" in done.err


def test_export_and_erasure_of_a_person(run: Any, shop: Path, tmp_path: Path):
    item = run("recommend", shop, "--user", "dee", "-k", 1, "--json").json["items"][0]["item_id"]
    event = {
        "user_id": "dee",
        "item_id": item,
        "event_type": "like",
        "timestamp": "2026-03-01T12:00:00Z",
        "shelf": "B",
    }
    assert (
        run("import", "events", shop, write_lines(tmp_path / "one.jsonl", [event]), "--json").json["added"]
        == 1
    )
    assert run("user", "export", shop, "dee", "--json").json["events"] == [event]
    receipt = run("user", "erase", shop, "dee", "--json")
    assert receipt.status == 0
    assert receipt.json
    assert run("user", "export", shop, "dee").json["events"] == []


def test_doctor(run: Any, shop: Path, tmp_path: Path):
    findings = run("doctor", shop, "--json").json["findings"]
    assert {"level", "subject", "text", "remedy"} == findings[0].keys()
    assert run("doctor", shop).status == 0
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "palate.toml").write_text("nonsense = 1\n")
    done = run("doctor", broken, "--json")
    assert done.status == 1
    assert "nonsense" in done.json["findings"][0]["text"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["chat", "{missing}", "--once", "hi", "--json"],
        ["recommend", "{missing}", "--user", "u", "--json"],
        ["recommend", "{shop}", "--user", "u", "-k", "0", "--json"],
        ["recommend", "{shop}", "--json"],
        ["understand", "{missing}", "hi", "--json"],
        ["understand", "{shop}", "--json"],
        ["understand", "{shop}", "hi", "--batch", "{missing}", "--json"],
        ["understand", "{shop}", "--batch", "{missing}", "--json"],
        ["chat", "{shop}", "--once", " ", "--json"],
        ["chat", "{shop}", "--json"],
        ["import", "items", "{missing}", "x.csv", "--json"],
        ["import", "items", "{shop}", "{missing}", "--json"],
        ["import", "items", "{shop}", "{missing}", "--map", "name", "--json"],
        ["import", "items", "{shop}", "{missing}", "--set", "price:money", "--json"],
        ["import", "items", "{shop}", "--json"],
        ["train", "{missing}", "--json"],
        ["user", "export", "{missing}", "u", "--json"],
        ["doctor", "{missing}", "--json"],
        ["serve", "{missing}"],
        ["serve", "{shop}", "--port", "70000"],
        ["evaluate", "interactions", "{shop}", "--json"],
        ["no-such-command"],
    ],
)
def test_wrong_use_ends_with_2_a_message_and_an_empty_standard_output(
    run: Any, shop: Path, tmp_path: Path, arguments: list[str]
):
    done = run(*(argument.format(shop=shop, missing=tmp_path / "missing") for argument in arguments))
    assert done.status == 2
    assert done.out == ""
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_a_wrong_port_variable_is_named(run: Any, shop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PALATE_PORT", "eighty")
    done = run("serve", shop)
    assert done.status == 2
    assert "PALATE_PORT" in done.err
    assert "'eighty'" in done.err


def test_what_nobody_expected_is_told_in_short(run: Any, shop: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("palate.shop.Shop.recommend", fails)
    done = run("recommend", shop, "--user", "u")
    assert done.status == 1
    assert "RuntimeError: a bug" in done.err
    assert "PALATE_DEBUG=1" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setenv("PALATE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run("recommend", shop, "--user", "u")


def test_what_events_are_worth_is_shown_tried_changed_and_taken_back(run: Any, shop: Path):
    shown = run("weights", shop)
    assert shown.status == 0
    assert any(line.split() == ["like", "1.00", "default"] for line in shown.out.splitlines())
    tried = run(
        "weights", shop, "--set", "like=3", "--set", "view=0", "--preview", "--slates", 4, "--json"
    ).json
    assert tried["saved"] is False
    assert tried["effect"]["slates"] == 4
    assert tried["version"] == 0
    saved = run("weights", shop, "--set", "like=3", "--slates", 4, "--json").json
    assert saved["worths"]["like"] == {"worth": 3.0, "from": "edited"}
    assert run("weights", shop, "--undo", "--json").json["worths"]["like"]["worth"] == 1.0
    for wrong in (
        ["--set", "like"],
        ["--set", "love=1"],
        ["--set", "like=much"],
        ["--preview"],
        ["--undo", "--set", "like=1"],
    ):
        assert run("weights", shop, *wrong).status == 2, wrong
