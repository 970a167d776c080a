"""Not this brand again: as an event and by pointing in a conversation, both for good."""

import subprocess
import sys
from pathlib import Path

import pytest
from refusing_worker import refusal

import palate


def brands(shop: palate.Shop, user: str) -> set[str]:
    return {str(item.attributes["brand"]) for item in shop.recommend(user, k=20)}


def test_a_dislike_of_the_brand_keeps_it_out_for_good_and_can_be_taken_back(trained: palate.Shop):
    assert brands(trained, "ann") == {"Alpha", "Beta"}
    event = {
        "user_id": "ann",
        "item_id": "tent-1",
        "event_type": "dislike",
        "scope": "brand",
        "event_id": "e1",
    }
    trained.add_events([event])
    assert brands(trained, "ann") == {"Alpha"}
    assert brands(trained, "bob") == {"Alpha", "Beta"}
    assert trained.profile("ann")["never"] == [{"attribute": "brand", "op": "not in", "value": ["Beta"]}]
    turn = trained.chat("a tent", user_id="ann")
    assert {item.attributes["brand"] for item in turn.items} == {"Alpha"}
    (line,) = [one for one in trained.profile("ann")["lines"] if one["kind"] == "never"]
    trained.correct_profile("ann", {"remove": [line["line_id"]]})
    assert brands(trained, "ann") == {"Alpha", "Beta"}
    trained.add_events([event])  # a replay brings nothing back
    assert brands(trained, "ann") == {"Alpha", "Beta"}
    assert trained.export_user("ann")["events"][0]["scope"] == "brand"


@pytest.mark.parametrize("scope", ["bran", "", 7])
def test_a_scope_that_the_item_has_not_is_refused_with_the_event(trained: palate.Shop, scope: object):
    record = {"user_id": "ann", "item_id": "tent-1", "event_type": "dislike", "scope": scope}
    with pytest.raises(palate.InvalidInput, match="scope"):
        trained.add_events([record])
    assert trained.export_user("ann")["events"] == []


@pytest.mark.parametrize(
    ("ask", "say"),
    [
        ("a tent", "not the second one's brand again"),
        ("a tent", "never show me the brand of the second one again"),
        ("推荐帐篷 tent", "别再推荐第二个的牌子"),
        ("推荐帐篷 tent", "第二款的品牌以后不要再出现"),
    ],
)
def test_pointing_at_an_item_refuses_its_brand(trained: palate.Shop, ask: str, say: str):
    first = trained.chat(ask, user_id="ann", k=4)
    brand = first.items[1].attributes["brand"]
    second = trained.chat(say, user_id="ann", session_id=first.session_id)
    assert second.items
    assert brand not in {item.attributes["brand"] for item in second.items}
    assert trained.profile("ann")["never"] == [{"attribute": "brand", "op": "not in", "value": [brand]}]
    assert brand not in brands(trained, "ann")


@pytest.mark.parametrize(
    ("ask", "say"), [("a tent", "not this brand again"), ("推荐帐篷 tent", "别再推荐这个牌子")]
)
def test_this_brand_is_the_one_of_all_that_is_shown_or_asked_for(trained: palate.Shop, ask: str, say: str):
    first = trained.chat(ask, user_id="ann", k=6)
    assert len({item.attributes["brand"] for item in first.items}) == 2
    second = trained.chat(say, user_id="ann", session_id=first.session_id)
    assert second.move == "answer"
    assert trained.profile("ann")["never"] == []
    assert trained.profile("ann")["never_words"] == []
    one = trained.chat(ask, user_id="bob", k=1)
    trained.chat(say, user_id="bob", session_id=one.session_id)
    assert trained.profile("bob")["never"][0]["value"] == [one.items[0].attributes["brand"]]


def test_a_refusal_is_there_with_its_event_or_neither_when_the_process_is_killed(trained: palate.Shop):
    script = str(Path(__file__).parent / "refusing_worker.py")
    for generation in range(3):
        first = 1_000 * generation
        arguments = [sys.executable, script, str(trained.folder), str(first)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, bufsize=0) as process:
            assert process.stdout is not None
            seen = [int(process.stdout.readline()) for _ in range(5 + 7 * generation)]
            process.kill()
            seen += [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
        held = {
            number: (len(trained.export_user(f"r{number}")["events"]), trained.profile(f"r{number}")["never"])
            for number in range(first, max(seen) + 3)
        }
        assert all(events == len(never) for events, never in held.values())
        assert all(held[number][0] == 1 for number in seen)
        # whoever heard no answer sends it again
        assert trained.add_events([refusal(number) for number in held]).unchanged >= len(seen)
        assert all(len(trained.profile(f"r{number}")["never"]) == 1 for number in held)


def test_a_new_event_beside_a_replay_refuses_nothing_again(trained: palate.Shop):
    trained.add_events([refusal(1)])
    trained.correct_profile("r1", {"never": []})
    view = {"user_id": "r1", "item_id": "rope-1", "event_type": "view", "event_id": "v"}
    assert trained.add_events([refusal(1), view]).added == 1
    assert trained.profile("r1")["never"] == []
