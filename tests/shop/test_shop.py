"""The Python face of a shop, on SQLite and on PostgreSQL: what is told to it is known to the next request."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import palate


def ids(items: Iterable[Any]) -> list[str]:
    return [item.item_id for item in items]


def test_the_example_of_the_contract(trained: palate.Shop):
    turn = trained.chat("tents under 500 yuan", user_id="ann")
    assert turn.items
    assert turn.reply
    assert turn.understanding.act == "recommend"
    assert all(item.item_id.startswith("tent-") and item.attributes["price"] <= 500 for item in turn.items)
    first = turn.items[0]
    done = trained.feedback(user_id="ann", item_id=first.item_id, event_type="like", turn_id=turn.turn_id)
    assert done == palate.Written(added=1)
    assert len(trained.recommend("ann", k=5)) == 5
    said = trained.understand("the second one is too dear", last_items=["tent-1", "tent-2"])
    assert said.references == (2,)


def test_a_like_changes_the_next_list_and_is_its_reason(trained: palate.Shop):
    for number in (1, 2, 4):
        trained.feedback(user_id="new", item_id=f"rope-{number}", event_type="like")
    after = trained.recommend("new", k=4)
    assert [item.item_id.partition("-")[0] for item in after] == ["rope"] * 4
    liked = {f"Beta rope number {n}" if n % 2 else f"Alpha rope number {n}" for n in (1, 2, 4)}
    told = [reason for item in after for reason in item.reasons if reason.feature != "popularity"]
    assert told
    assert all(any(title in reason.text for title in liked) for reason in told)
    assert not {"rope-1", "rope-2", "rope-4"} & set(ids(trained.recommend("new", k=100)))


@pytest.mark.parametrize("event_type", ["dislike", "purchase"])
def test_what_is_disliked_or_bought_comes_nowhere_again(trained: palate.Shop, event_type: str):
    turn = trained.chat("tents", user_id="bob")
    gone = turn.items[0].item_id
    trained.feedback(user_id="bob", item_id=gone, event_type=event_type, turn_id=turn.turn_id)
    again = trained.chat("show me tents", user_id="bob", session_id=turn.session_id, k=20)
    assert gone not in ids(again.items)
    assert again.items
    assert gone not in ids(trained.chat("tents", user_id="bob", k=20).items)
    assert gone not in ids(trained.recommend("bob", k=100))
    assert gone in ids(trained.chat("tents", user_id="somebody else", k=20).items)


def test_the_list_leaves_out_what_is_named(trained: palate.Shop):
    best = ids(trained.recommend("cy", k=3))
    assert not set(best) & set(ids(trained.recommend("cy", k=100, exclude=[*best, "no-such-item"])))


def test_similar_items_are_of_a_kind(trained: palate.Shop):
    found = trained.similar("lamp-3", k=5)
    assert [item.item_id.partition("-")[0] for item in found] == ["lamp"] * 5
    assert "lamp-3" not in ids(found)
    with pytest.raises(palate.UnknownItem, match="'nothing'"):
        trained.similar("nothing")


def test_an_event_id_counts_once_whoever_repeats_it(trained: palate.Shop):
    event = {"user_id": "dee", "item_id": "tent-1", "event_type": "click", "event_id": "e1"}
    assert trained.add_events([event, event]) == palate.Written(added=1, unchanged=1)
    assert trained.feedback(**event) == palate.Written(unchanged=1)
    assert len(trained.export_user("dee")["events"]) == 1


def test_all_events_or_none(trained: palate.Shop):
    good = {"user_id": "eve", "item_id": "tent-1", "event_type": "click"}
    with pytest.raises(palate.InvalidInput, match="event 1"):
        trained.add_events([good, {**good, "event_type": "nonsense"}])
    assert trained.export_user("eve")["events"] == []


def test_turns_and_sessions_are_a_persons_own(trained: palate.Shop):
    turn = trained.chat("tents", user_id="fay")
    item = turn.items[0].item_id
    with pytest.raises(palate.UnknownTurn):
        trained.feedback(user_id="gus", item_id=item, event_type="like", turn_id=turn.turn_id)
    with pytest.raises(palate.UnknownTurn):
        trained.chat("cheaper", user_id="gus", session_id=turn.session_id)
    with pytest.raises(palate.UnknownTurn):
        trained.chat("cheaper", session_id=turn.session_id)
    assert trained.export_user("gus")["events"] == []
    assert trained.chat("cheaper", user_id="fay", session_id=turn.session_id).items


def test_a_profile_is_readable_and_correctable(trained: palate.Shop):
    for item_id, kind in (("tent-1", "like"), ("tent-2", "dislike"), ("rope-1", "view")):
        trained.feedback(user_id="hal", item_id=item_id, event_type=kind)
    profile = trained.profile("hal")
    assert profile["events"] == 3
    weights = {one["item_id"]: (one["weight"], one["because"]) for one in profile["items"]}
    assert weights["tent-1"][0] > weights["rope-1"][0] > 0 > weights["tent-2"][0]
    assert weights["tent-1"][1] == "like"
    assert [one["item_id"] for one in profile["kept_out"]] == ["tent-2"]
    assert "Beta tent number 1" in profile["summary"]["en"]

    never = [{"attribute": "categories", "op": "not in", "value": ["Lamps"]}]
    after = trained.correct_profile("hal", {"never": never, "forget": ["tent-2", "rope-1"]})
    assert after["never"] == never
    assert {one["item_id"] for one in after["items"]} == {"tent-1"}
    everything = ids(trained.recommend("hal", k=100))
    assert not [item_id for item_id in everything if item_id.startswith("lamp")]
    assert "tent-2" in ids(
        trained.chat("tents", user_id="hal", k=20).items
    )  # a forgotten dislike masks no more
    talked = trained.chat("something by Alpha", user_id="hal", k=20)
    assert not [item_id for item_id in ids(talked.items) if item_id.startswith("lamp")]

    for wrong in (
        {"never": [{"attribute": "nothing", "op": "in", "value": ["x"]}]},
        {"forget": ["no-such-item"]},
    ):
        with pytest.raises(palate.UsageError):
            trained.correct_profile("hal", wrong)
    assert trained.correct_profile("hal", {"never": []})["never"] == []
    assert [item_id for item_id in ids(trained.recommend("hal", k=100)) if item_id.startswith("lamp")]


def test_export_is_what_was_given_and_erasure_leaves_nothing(trained: palate.Shop):
    given = [
        {
            "user_id": "ida",
            "item_id": "tent-1",
            "event_type": "purchase",
            "timestamp": "2026-03-01T12:00:00Z",
            "shelf": "B",
        },
        {
            "user_id": "ida",
            "item_id": "rope-1",
            "event_type": "comment",
            "timestamp": 1767225600,
            "text": "很好 🎁",
        },
        {
            "user_id": "ida",
            "item_id": "lamp-1",
            "event_type": "rating",
            "timestamp": 1767225601.5,
            "value": 4.5,
            "event_id": "x",
        },
    ]
    trained.add_events(given)
    turn = trained.chat("a lamp please", user_id="ida")
    trained.correct_profile("ida", {"forget": ["rope-1"]})
    held = trained.export_user("ida")
    assert sorted(held["events"], key=str) == sorted(given, key=str)
    assert len(held["sessions"]) == 1
    assert "a lamp please" in str(held["turns"])
    assert held["profile"]

    receipt = trained.erase_user("ida")
    assert receipt["erased"]["events"] == 3
    empty = trained.export_user("ida")
    assert not any((empty["events"], empty["sessions"], empty["turns"], empty["profile"]))
    assert trained.profile("ida")["items"] == []
    assert trained.chat(
        "a lamp", user_id="ida", session_id=turn.session_id
    ).items  # a new session, by that name
    with pytest.raises(palate.UsageError):
        trained.export_user(" ")


@pytest.fixture
def second(trained: palate.Shop) -> Iterable[palate.Shop]:
    """The same shop, opened again beside."""
    with palate.open(trained.folder) as opened:
        opened.chat("tents")  # it has looked at the catalogue as it was
        yield opened


def test_live_changes_are_known_to_every_open_shop(trained: palate.Shop, second: palate.Shop):
    new = {
        "item_id": "hammock-1", "title": "Gamma hammock for naps", "categories": ["Outdoor", "Hammocks"], "price": 55,
    }  # fmt: skip
    assert trained.put_items([new]) == palate.Written(added=1)
    for shop in (trained, second):
        assert shop.item("hammock-1").title == "Gamma hammock for naps"
        assert ids(shop.chat("hammocks").items)[0] == "hammock-1"
        assert [m.item_id for m in shop.understand("I love the Gamma hammock for naps").mentions] == [
            "hammock-1"
        ]

    second.patch_item("hammock-1", {"price": 5000, "title": "Gamma hammock, silk"})
    for shop in (trained, second):
        assert shop.item("hammock-1").fields["price"] == 5000
        assert "hammock-1" not in ids(shop.chat("something under 100 yuan", k=20).items)
        assert shop.chat("hammocks").items[0].title == "Gamma hammock, silk"

    second.patch_item("tent-1", {"available": False})
    trained.withdraw_item("hammock-1")
    for shop in (trained, second):
        with pytest.raises(palate.UnknownItem):
            shop.item("hammock-1")
        assert not {"hammock-1", "tent-1"} & set(ids(shop.chat("hammocks and tents", k=40).items))
        assert not {"hammock-1", "tent-1"} & set(ids(shop.recommend("jo", k=100)))
    with pytest.raises(palate.UnknownItem):
        second.withdraw_item("hammock-1")
    trained.put_items([new])
    assert ids(second.chat("hammocks").items)[0] == "hammock-1"


def test_a_second_process_and_this_one_know_of_each_other(trained: palate.Shop):
    trained.feedback(user_id="kim", item_id="tent-1", event_type="dislike")
    code = (
        "import palate, sys\n"
        "with palate.open(sys.argv[1]) as shop:\n"
        "    assert 'tent-1' not in [i.item_id for i in shop.recommend('kim', k=100)]\n"
        "    shop.feedback(user_id='kim', item_id='tent-2', event_type='dislike')\n"
        "    shop.put_items([{'item_id': 'kite-1', 'title': 'Delta kite', 'categories': ['Kites'], 'price': 5}])\n"
    )
    subprocess.run([sys.executable, "-c", code, str(trained.folder)], check=True, timeout=60)
    assert not {"tent-1", "tent-2"} & set(ids(trained.recommend("kim", k=100)))
    assert ids(trained.chat("kites").items)[0] == "kite-1"


def test_events_before_their_item_count_once_it_comes(trained: palate.Shop):
    trained.feedback(user_id="leo", item_id="later-1", event_type="dislike")
    trained.feedback(user_id="leo", item_id="later-2", event_type="like")
    trained.recommend("leo", k=5)
    trained.put_items(
        [
            {
                "item_id": f"later-{n}",
                "title": f"Later thing {n}",
                "categories": ["Outdoor", "Laters"],
                "price": 9,
            }
            for n in (1, 2, 3)
        ]
    )
    shown = ids(trained.chat("laters", user_id="leo", k=20).items)
    assert "later-1" not in shown
    assert "later-3" in shown


def test_a_new_model_version_is_taken_up_by_an_open_shop(trained: palate.Shop, second: palate.Shop):
    before = second.status()["model_version"]
    manifest = trained.train()
    assert manifest["version"] != before
    assert second.status()["model_version"] == manifest["version"]
    assert second.chat("tents").model_version == manifest["version"]


def damage(shop: palate.Shop, version: str) -> None:
    folder = shop.folder / "models" / version
    victim = max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.chmod(0o644)
    victim.write_bytes(content)


def test_a_damaged_version_falls_back_to_the_last_good_one(
    trained: palate.Shop, caplog: pytest.LogCaptureFixture
):
    good = trained.status()["model_version"]
    bad = trained.train()["version"]
    damage(trained, bad)
    with palate.open(trained.folder) as shop:
        assert shop.chat("tents").model_version == good
        assert bad in caplog.text
        errors = [finding for finding in shop.examine() if finding.level == "error"]
        assert any(bad in finding.text for finding in errors)
        assert all("palate train" in finding.remedy for finding in errors)
    damage(trained, good)
    with palate.open(trained.folder) as shop, pytest.raises(palate.ModelError, match="palate train"):
        shop.chat("tents")
    with palate.open(trained.folder) as shop:  # and training is the remedy
        assert shop.train()["version"] not in (good, bad)
        assert shop.chat("tents").items


def test_untrained_and_empty_shops_answer_as_they_can(place: Path):
    with palate.create(place) as shop:
        for text in ("tents", "你好", "我想买一个礼物。"):
            turn = shop.chat(text)
            assert turn.items == ()
            assert turn.reply
        assert shop.recommend("u", k=3) == ()
        assert shop.status()["items"] == 0
        manifest = shop.train()
        assert manifest["version"]
        assert shop.chat("tents").items == ()
        shop.put_items([{"item_id": "a", "title": "Tent for two", "price": 5}])
        assert ids(shop.chat("a tent").items) == ["a"]


def test_opening_and_making(place: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(palate.UnknownShop, match="palate init"):
        palate.open(place)
    palate.create(place).close()
    with pytest.raises(palate.InvalidInput, match="is a shop already"):
        palate.create(place)
    key = place / "keys" / "pseudonym.key"
    kept = key.read_text()
    key.unlink()
    with pytest.raises(palate.InvalidSettings, match="missing"):
        palate.open(place)
    monkeypatch.setenv("PALATE_PSEUDONYM_KEY", "ab" * 32)
    with pytest.raises(palate.InvalidSettings, match="not the one"):
        palate.open(place)
    monkeypatch.setenv("PALATE_PSEUDONYM_KEY", kept.strip())
    palate.open(place).close()
    monkeypatch.delenv("PALATE_PSEUDONYM_KEY")
    (place / "palate.toml").write_text("[ranking]\nslate = 0\n")
    with pytest.raises(palate.InvalidSettings, match=r"ranking\.slate"):
        palate.open(place)
    shutil.rmtree(place)


def test_a_file_where_the_folder_should_be(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(palate.InvalidInput, match="choose a folder"):
        palate.create(tmp_path / "file")
    with pytest.raises(palate.UnknownShop):
        palate.open(tmp_path / "file")
