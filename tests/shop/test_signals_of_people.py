"""What a comment does: a signed weight on its item, and a soft wish among items of its kind."""

import pytest

import palate


def comment(shop: palate.Shop, item: str, text: str, user: str = "ann") -> None:
    shop.feedback(user_id=user, item_id=item, event_type="comment", text=text)


def weight(shop: palate.Shop, item: str, user: str = "ann") -> float:
    return {one["item_id"]: one["weight"] for one in shop.profile(user)["items"]}[item]


@pytest.mark.parametrize(
    ("good", "bad"),
    [("Sturdy, I love it", "It broke at once, terrible"), ("做工精细，非常满意", "质量太差，后悔买了")],
)
def test_a_comment_weighs_for_or_against_its_item(trained: palate.Shop, good: str, bad: str):
    comment(trained, "tent-1", good)
    comment(trained, "lamp-1", bad)
    comment(trained, "rope-1", "It came on Tuesday.")
    assert weight(trained, "tent-1") > 0.4
    assert weight(trained, "lamp-1") < -0.4
    assert weight(trained, "rope-1") == pytest.approx(0.2, abs=0.01)
    # the text stays as it was given
    (first, *_) = trained.export_user("ann")["events"]
    assert first["text"] == good
    assert "value" not in first


@pytest.mark.parametrize("text", ["Lovely, but far too expensive", "很喜欢，可是太贵了"])
def test_too_expensive_is_a_soft_wish_for_a_cheaper_one_of_that_kind(trained: palate.Shop, text: str):
    def place(item: str, user: str) -> int | None:
        return trained.why(item, user_id=user).place

    for user in ("ann", "bob"):
        trained.feedback(user_id=user, item_id="tent-6", event_type="view")
    comment(trained, "tent-6", text)
    comment(trained, "tent-6", "Lovely", "bob")
    why = trained.why("tent-2", user_id="ann")
    (wish,) = [one for one in why.contributions if one.feature == "wish"]
    assert wish.contribution > 0
    assert any(evidence.id.startswith("comment/") for evidence in wish.evidence)
    # a dearer tent and a cheap rope gain nothing
    for item in ("tent-8", "rope-1"):
        parts = trained.why(item, user_id="ann").contributions
        assert not [one for one in parts if one.feature == "wish" and one.contribution]
    assert place("tent-2", "ann") <= place("tent-2", "bob")  # pyright: ignore[reportOptionalOperand]
    # it is soft: nothing is kept out
    assert place("tent-8", "ann") is not None


@pytest.mark.parametrize(
    ("plain", "complaint"), [("It came on Tuesday.", "far too expensive"), ("星期二到的。", "实在太贵了")]
)
def test_the_next_list_after_too_expensive_is_cheaper(trained: palate.Shop, plain: str, complaint: str):
    def mean_price(user: str, text: str) -> float:
        comment(trained, "tent-6", text, user)
        turn = trained.chat("a tent", user_id=user, k=3)
        return sum(item.attributes["price"] for item in turn.items) / len(turn.items)

    people = range(6)  # lists explore a little
    before = sum(mean_price(f"a{number}", plain) for number in people)
    assert sum(mean_price(f"b{number}", complaint) for number in people) < before


def test_what_is_said_now_goes_before_a_leaning(trained: palate.Shop):
    comment(trained, "tent-6", "far too expensive")
    turn = trained.chat("a tent from 500 to 900 yuan", user_id="ann")
    assert turn.items
    assert all(500 <= item.attributes["price"] <= 900 for item in turn.items)


def test_a_click_below_others_tells_the_profile_that_they_were_passed_over(trained: palate.Shop):
    turn = trained.chat("something for camping", user_id="ann", k=4)
    first, second, third, _ = (item.item_id for item in turn.items)
    click = {
        "user_id": "ann",
        "item_id": third,
        "event_type": "click",
        "turn_id": turn.turn_id,
        "event_id": "c1",
    }
    assert trained.add_events([click]).added == 1
    for item in (first, second):
        assert weight(trained, item) == pytest.approx(-0.1, abs=0.001)
    assert weight(trained, third) == pytest.approx(0.3, abs=0.001)
    held = trained.export_user("ann")
    assert [one["item_id"] for one in held["events"]] == [third]
    assert {one["item_id"] for one in held["derived"]} == {first, second}
    # a repeat says nothing more
    assert trained.add_events([click]).added == 0
    assert weight(trained, first) == pytest.approx(-0.1, abs=0.001)
    # the one passed over is taken after all
    trained.feedback(user_id="ann", item_id=first, event_type="like", turn_id=turn.turn_id)
    assert weight(trained, first) == pytest.approx(1.0, abs=0.001)
