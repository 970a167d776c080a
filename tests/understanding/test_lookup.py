"""The lookup: titles and values found by form, by part and by typo; live changes equal a fresh build; save
and load."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.lookup import Lookup
from palate.catalogue.lookup_typos import Vocabulary, edit_distance
from palate.catalogue.lookup_words import fold, folded, normal, words_of
from palate.values import Item, StoredItem


def titles(lookup: Lookup, text: str) -> set[str]:
    match = lookup.phrase(text)
    return {t.item_id for t in match.titles} if match else set()


def values(lookup: Lookup, text: str) -> set[tuple[str, object]]:
    match = lookup.phrase(text)
    return {(v.attribute, v.value) for v in match.values} if match else set()


def one(title: str, **fields: object) -> Lookup:
    return Lookup.build([StoredItem(0, "x", 1, Item("x", title, fields))], {})


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("The Lamplighter", "lamplighter"),
        ("Lamplighter, The", "the lamplighter"),
        ("Lamplighter, The (1971)", "The Lamplighter"),
        ("Amélie's Garden", "amelies garden"),
        ("Storm: The Last Harbour", "the last harbour"),
        ("Storm Part II", "storm 2"),
        ("灯塔窃贼 特别版", "灯塔窃贼特别版"),
        ("木钟 200克", "木钟"),
        ("ＦＵＬＬ width", "full width"),
    ],
)
def test_a_title_is_found_in_the_forms_people_use(title: str, said: str) -> None:
    assert titles(one(title), said) == {"x"}


def test_alternative_and_localised_titles_name_the_item() -> None:
    lookup = one("Ember", title_zh="余烬", alternative_titles=["Glut"])
    assert titles(lookup, "余烬") == titles(lookup, "glut") == titles(lookup, "EMBER") == {"x"}


def test_an_aligned_localisation_names_the_base_value(shop: Lookup) -> None:
    assert values(shop, "智能手环") == {("categories", "Smart bands")}
    assert values(shop, "鹿沫") == {("brand", "Lumo")}
    assert ("recipients", "mother") in values(shop, "妈妈")
    assert "categories_zh" not in {v.attribute for m in shop.match(words_of("智能手环")) for v in m.values}


def test_a_person_is_found_by_surname_and_a_brand_without_its_company_form() -> None:
    lookup = one("Ember", directors=["Wim van der Holt"], brand="LUMO制造商")
    assert values(lookup, "van der holt") == set()  # the particle and the name are enough
    assert ("directors", "Wim van der Holt") in values(lookup, "der holt") | values(lookup, "holt")
    assert values(lookup, "lumo") == {("brand", "LUMO制造商")}


def test_values_that_list_several_are_found_by_piece() -> None:
    lookup = one("Blanket", 材质="65% 天丝 35% 亚麻", colour="Black,Grey")
    assert ("材质", "亚麻") in values(lookup, "亚麻")
    assert ("colour", "Grey") in values(lookup, "grey")


def test_a_word_for_goods_in_general_does_not_stand_for_the_one_title_that_has_it() -> None:
    fields: list[tuple[str, dict[str, object]]] = [
        ("Morning Drip Coffee Machine", {"categories": ["Kitchen"]}),
        ("Moka Pot", {"description": "Makes strong coffee."}),
        ("The Shawshank Redemption", {"description": "Two men in prison."}),
        ("Kettle for Camping", {"categories": ["Camping gear"]}),
    ]
    items = [StoredItem(n, str(n), 1, Item(str(n), t, f)) for n, (t, f) in enumerate(fields)]
    lookup = Lookup.build(items, {})
    assert titles(lookup, "shawshank") == {"2"}
    assert titles(lookup, "redemption") == {"2"}
    assert titles(lookup, "coffee") == set()
    assert titles(lookup, "camping") == set()


def test_facts_come_from_the_same_pass(shop: Lookup) -> None:
    price = shop.attributes["price"]
    assert (price.type, price.count, price.minimum, price.maximum) == ("number", 12, 20, 899)
    assert shop.attributes["waterproof"].type == "bool"
    assert shop.attributes["pages"].within == ("Books", "Novels")
    assert shop.count == 12


def test_what_is_known_of_an_item(shop: Lookup) -> None:
    facts = shop.item("band-2")
    assert facts is not None
    assert facts.titles == ("Corvex Pulse Smart Band", "科维脉动智能手环")
    assert facts.price == 459
    assert {("brand", "Corvex"), ("waterproof", True)} <= set(facts.values)
    assert shop.item("nobody") is None


def test_the_nearest_word_within_one_or_two_letters(shop: Lookup) -> None:
    assert shop.nearest("lighthuose") == ["lighthouse"]
    assert shop.nearest("clokcwrok") == ["clockwork"]
    assert shop.nearest("zzzzzz") == []
    assert shop.nearest("lum") == []


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_edit_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    whole = edit_distance(a, b, 10)
    assert whole == edit_distance(b, a, 10)
    assert (whole == 0) == (a == b)
    assert edit_distance(a, b, 2) == min(whole, 3)


@given(st.text())
def test_words_lie_where_they_say(text: str) -> None:
    plain = normal(text)
    words = words_of(plain)
    assert [plain[s:e] for s, e in zip(words.starts, words.ends, strict=True)] == words.texts
    assert all(fold(f) == f or fold(fold(f)) == fold(f) for f in words.folds)


def test_a_rare_word_is_near_among_very_many_common_ones() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    common = {f"ts{a}{b}tonem": 50 for a in letters for b in letters}  # of the same letters, in another order
    assert Vocabulary.build({**common, "tombstone": 1}).nearest("tomstone")[0] == ("tombstone", 1)


BLENDERS = [
    StoredItem(0, "a", 1, Item("a", "Brasaro MX 2000 Deluxe Stand Blender 1200 W", {})),
    StoredItem(1, "b", 2, Item("b", "Brasaro Hand Whisk", {})),
    StoredItem(2, "c", 3, Item("c", "六边形南瓜式宠物窝", {})),
]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("the brasaro mx 2000 leaked", [("brasaro mx 2000", ("a",))]),
        ("my brasaro blender leaked", [("brasaro blender", ("a",))]),
        ("is the whisk of brasaro any good", [("whisk of brasaro", ("b",))]),
        ("brasaro", []),  # two items have it; no more than one may
        ("六边形的南瓜宠物窝", [("六边形的南瓜宠物窝", ("c",))]),
        ("nothing of the kind", []),
    ],
)
def test_words_of_a_long_title_name_few_items(said: str, named: list[tuple[str, tuple[str, ...]]]) -> None:
    words = words_of(said)
    joined = [i > 0 for i in range(len(words))]
    small = [word in ("the", "of", "的") for word in words.texts]
    found = Lookup.build(BLENDERS, {}).parts(words, joined, small, limit=1)
    spans = [(said[words.starts[p.start] : words.ends[p.end - 1]], p.item_ids) for p in found]
    assert [span for span in spans if span[0] != "the"] == named


def test_a_changed_item_is_named_by_its_new_title_only() -> None:
    lookup = Lookup.build(BLENDERS, {}).updated(
        [StoredItem(0, "a", 4, Item("a", "Tornado Ice Crusher", {}))], {}
    )
    for said, named in (("brasaro blender", []), ("tornado crusher", [("a",)])):
        words = words_of(said)
        parts = lookup.parts(words, [False, True], [False, False])
        assert [p.item_ids for p in parts if len(p.said) > 1] == named


def test_a_saved_lookup_reads_the_same(shop: Lookup, tmp_path: Path) -> None:
    shop.save(tmp_path / "lookup")
    loaded = Lookup.load(tmp_path / "lookup")
    words = words_of("a waterproof lumo smart band like the lighthouse thief by veldt 妈妈 生日")
    assert loaded.match(words) == shop.match(words)
    assert loaded.attributes == shop.attributes
    assert loaded.item("film-1") == shop.item("film-1")
    assert loaded.nearest("lighthuose") == ["lighthouse"]


SMALL_TITLES = st.sampled_from(["Ember", "The Ember", "Glass Road", "灯塔", "Road"])
SMALL_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "brand": st.sampled_from(["Lumo", "Corvex"]),
        "categories": st.sampled_from([["Books"], ["Kitchen", "Books"]]),
    },
)
STORED = st.builds(
    lambda code, title, fields, gone: StoredItem(
        code, f"i{code}", 1, None if gone else Item(f"i{code}", title, fields)
    ),
    st.integers(0, 6),
    SMALL_TITLES,
    SMALL_FIELDS,
    st.booleans(),
)


@given(
    st.lists(STORED, max_size=7, unique_by=lambda s: s.code),
    st.lists(STORED, max_size=4, unique_by=lambda s: s.code),
)
def test_live_changes_read_as_a_fresh_build(before: list[StoredItem], changes: list[StoredItem]) -> None:
    changed = Lookup.build(before, {}).updated(changes, {})
    now = {s.code: s for s in before} | {s.code: s for s in changes}
    fresh = Lookup.build(sorted(now.values(), key=lambda s: s.code), {})
    for said in ("ember", "the ember", "glass road", "灯塔", "road"):
        assert titles(changed, said) == titles(fresh, said)
    for said in ("lumo", "corvex", "books", "kitchen"):
        assert values(fresh, said) <= values(changed, said)
    assert changed.count == fresh.count
    for code in range(7):
        assert changed.item(f"i{code}") == fresh.item(f"i{code}")


def test_many_items_load_and_match_in_milliseconds(tmp_path: Path) -> None:
    """20,000 made-up goods: loading maps arrays; a sentence costs its words, not the catalogue."""
    words = [
        f"{a}{b}"
        for a in ("lor", "mip", "tak", "vun", "zer", "quo")
        for b in ("dan", "fel", "gis", "hop", "jur", "kem", "nal", "pid")
    ]
    items = [
        StoredItem(
            i,
            str(i),
            i + 1,
            Item(
                str(i),
                f"{words[i % 48]} {words[i // 48 % 48]} {i}",
                {"brand": words[i % 40], "price": i % 500},
            ),
        )
        for i in range(20_000)
    ]
    Lookup.build(items, {}).save(tmp_path / "lookup")
    start = time.process_time()
    loaded = Lookup.load(tmp_path / "lookup")
    assert time.process_time() - start < 1
    sentence = words_of("something like lordan mipfel 48 from takgis but not vunhop under 300 please")
    loaded.match(sentence)
    start = time.process_time()
    for _ in range(20):
        loaded.match(sentence)
    assert (time.process_time() - start) / 20 < 0.005


def test_folds_join_spellings() -> None:
    assert folded("Comedies") == folded("comedy")
    assert folded("Rocky III") == folded("rocky 3")
    assert folded("children's") == folded("Children")
    assert fold("glass") == "glass"
