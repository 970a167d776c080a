"""Items: the same content gives the same shop, whatever the file."""

import gzip
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_cases import WRITERS, MemoryStore, delimited, real_data, rejects_of

from palate.catalogue.importing import import_items
from palate.errors import InvalidInput

GOODS = [
    {
        "item_id": "1", "title": "Smart band, blue", "title_zh": "智能手环", "categories": ["Electronics",
        "Sport"],
        "categories_zh": ["电子", "运动"], "price": 199.5, "currency": "CNY", "available": True,
        "weight_g": 24,
        "created_at": "2026-01-31", "colour": "blue", "description": 'He said "run",\nand we ran.',
    },
    {
        "item_id": "2", "title": "茶具 tea set", "title_zh": "茶具", "categories": ["Kitchen"],
        "categories_zh": ["厨房"],
        "price": 1299, "currency": "CNY", "available": False, "weight_g": 1800, "created_at": "2025-12-01",
        "colour": "blue", "description": "Six cups; one pot | boxed",
    },
    {
        "item_id": "3", "title": "Ball", "title_zh": None, "categories": ["Sport"], "categories_zh": ["运动"],
        "price": None, "currency": "CNY", "available": True, "weight_g": None, "created_at": None,
        "colour": "red", "description": None,
    },
]  # fmt: skip


def test_every_format_gives_the_same_shop(write, items_in, store):
    result = items_in(write(GOODS))
    assert (result.read, result.added, result.rejected) == (3, 3, 0)
    assert result.types == {
        "title_zh": "text", "categories": "list", "categories_zh": "list", "price": "number",
        "currency": "category", "available": "bool", "created_at": "date", "description": "text",
        "weight_g": "number", "colour": "category",
    }  # fmt: skip
    band, tea, ball = (store.catalogue()[id] for id in "123")
    assert band.title == "Smart band, blue"
    assert dict(band.fields) == {
        name: value for name, value in GOODS[0].items() if name not in ("item_id", "title")
    }
    assert tea.fields["price"] == 1299
    assert tea.fields["available"] is False
    assert tea.fields["description"] == "Six cups; one pot | boxed"
    assert set(ball.fields) == {"categories", "categories_zh", "currency", "available", "colour"}


def test_importing_again_changes_nothing(write, items_in, store):
    path = write(GOODS)
    items_in(path)
    before = dict(store.kept)
    again = items_in(path)
    assert (again.read, again.added, again.updated, again.unchanged) == (3, 0, 0, 3)
    assert store.kept == before


TEXTS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters='\n",;|\t'),
    max_size=12,
)
TABLES = st.lists(
    st.fixed_dictionaries(
        {
            "title": TEXTS.filter(lambda text: text.strip()),
            "note": TEXTS,
            "size": st.one_of(
                st.none(), st.integers(-999, 999), st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
            ),
            "tags": st.lists(st.text(string.ascii_letters + "汉字 ", min_size=1, max_size=6), max_size=3),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLES)
def test_any_table_comes_through_any_format_alike(rows, tmp_path):
    rows = [{"item_id": str(number), **row} for number, row in enumerate(rows)]
    shops = {}
    for name, writer in WRITERS.items():
        path = tmp_path / "any.data"
        writer(path, rows)
        kept = MemoryStore()
        result = import_items(kept, [path], columns={}, types={}, rejects_folder=tmp_path)
        assert result.read == len(rows), name
        shops[name] = (kept.catalogue(), result)
    first = shops.pop("jsonl")
    for name, shop in shops.items():
        assert shop == first, name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings_of_chinese(encoding, tmp_path, items_in, store):
    text = "item_id,title,brand\n1,轻奢纯棉刺绣水洗四件套,严选\n2,秋冬保暖加厚澳洲羊毛被,严选\n"
    path = tmp_path / "goods.csv"
    path.write_bytes(text.encode(encoding))
    assert items_in(path).added == 2
    assert store.catalogue()["1"].title == "轻奢纯棉刺绣水洗四件套"
    assert store.catalogue()["2"].fields["brand"] == "严选"


def test_western_text_without_utf8(tmp_path, items_in, store):
    path = tmp_path / "films.csv"
    path.write_bytes("item_id,title\n1,Léon\n2,Misérables\n3,Á bout de souffle\n".encode("latin-1"))
    items_in(path)
    assert [item.title for item in store.catalogue().values()] == ["Léon", "Misérables", "Á bout de souffle"]


def test_encoding_is_settled_by_the_first_text_that_is_not_ascii(tmp_path, items_in, store):
    path = tmp_path / "late.csv"
    lines = ["item_id,title", *(f"{n},plain" for n in range(30_000)), "x,轻奢纯棉刺绣水洗四件套"]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    assert items_in(path).added == 30_001
    assert store.catalogue()["x"].title == "轻奢纯棉刺绣水洗四件套"


def test_bad_rows_are_rejects_with_line_and_reason(tmp_path, items_in, store):
    path = tmp_path / "goods.csv"
    path.write_bytes(
        b'item_id,title,price\n'  # 1
        b'1,"two\nlines",5\n'  # 2, 3
        b'\n'  # 4
        b'2,too,many,fields\n'  # 5
        b'3,\xff\xfe\xff,7\n'  # 6
        b',no id,7\n'  # 7
        b'4,,7\n'  # 8
        b'5,"quoted\n\nagain",nan\n'  # 9 to 11
        b'6,dear,-1\n'  # 12
        b'7,fine,inf\n'  # 13
        b'8,short\n'  # 14
        b'9,last,8'  # 15
    )  # fmt: skip
    result = items_in(path)
    assert set(store.kept) == {"1", "9"}
    assert (result.read, result.added, result.rejected) == (10, 2, 8)
    found = {reject["line"]: reject["reason"] for reject in rejects_of(result)}
    assert list(found) == [5, 6, 7, 8, 9, 12, 13, 14]
    for line, part in {
        5: "4 fields where the header has 3", 6: "not text", 7: "item_id is missing", 8: "title is missing",
        9: "'nan' is not a finite number", 12: "negative", 13: "'inf'", 14: "2 fields",
    }.items():  # fmt: skip
        assert part in found[line]
    assert rejects_of(result)[0] == {
        "file": str(path),
        "line": 5,
        "reason": found[5],
        "row": "2,too,many,fields",
    }


def test_a_quote_that_nobody_closes_costs_one_line(tmp_path, items_in, store):
    path = tmp_path / "goods.csv"
    path.write_text('item_id,title\n1,one\n2,"two\n3,three\n4,"four, quoted"\n5,five\n6,"six\n7,seven\n')
    result = items_in(path)
    assert set(store.kept) == {"1", "3", "4", "5", "7"}
    assert [reject["line"] for reject in rejects_of(result)] == [3, 7]
    assert (result.read, result.rejected) == (7, 2)


def test_quotes_inside_a_field_are_text(tmp_path, items_in, store):
    path = tmp_path / "goods.csv"
    path.write_text('item_id,title\n1,17" screen\n2,"say ""hi"""\n3,a "b" c\n4,"x\ny"\n5,z\n6,a,b\n')
    result = items_in(path)
    assert [item.title for item in store.catalogue().values()] == [
        '17" screen',
        'say "hi"',
        'a "b" c',
        "x y",
        "z",
    ]
    assert [reject["line"] for reject in rejects_of(result)] == [8]


def test_json_lines_that_are_no_objects(tmp_path, items_in, store):
    path = tmp_path / "goods.jsonl"
    path.write_bytes(
        b'{"item_id": 1, "title": "one"}\n\n[1]\n{"item_id": 2\n'
        b'{"item_id": 2.0, "title": "two", "price": NaN}\n'
        b'{"item_id": "3", "title": "bad \xff"}\n'
        b'{"item_id": "4", "title": "vi\xc3\xa8r", "size": NaN}\n'
    )
    result = items_in(path)
    assert set(store.kept) == {"1", "4"}
    assert "size" not in store.catalogue()["4"].fields
    assert [reject["line"] for reject in rejects_of(result)] == [3, 4, 5, 6]
    assert (result.read, result.rejected) == (6, 4)


def test_blocks_and_rows_that_cross_them(tmp_path, monkeypatch, items_in, store):
    """Blocks of a few bytes: rows with line ends inside are cut together again, lines are counted on."""
    monkeypatch.setattr("palate.catalogue.reading.TextStream", lambda path, _: _small_stream(path))
    rows = [{"item_id": str(n), "title": f"line\n{n}, end", "size": "x" * (n % 40)} for n in range(300)]
    rows[250]["title"] = ""
    path = tmp_path / "goods.csv"
    path.write_text(delimited(rows, ","))
    result = items_in(path)
    assert (result.added, result.rejected) == (299, 1)
    assert store.catalogue()["299"].title == "line 299, end"
    assert rejects_of(result)[0]["line"] == 2 + 2 * 250


def _small_stream(path):
    from palate.catalogue.reading.sources import TextStream

    return TextStream(path, 37)


def test_the_last_of_several_rows_with_one_id_wins(tmp_path, items_in, store):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text(
        '{"item_id": "1", "title": "old"}\n{"item_id": "2", "title": "two"}\n'
        '{"item_id": "1", "title": "newer"}\n'
    )
    second.write_text('{"item_id": "1", "title": "newest"}\n{"item_id": "1", "title": "bad", "price": -1}\n')
    result = items_in(first, second)
    assert store.catalogue()["1"].title == "newest"
    assert (result.read, result.added, result.updated, result.unchanged, result.rejected) == (5, 2, 0, 2, 1)
    before = dict(store.kept)
    again = items_in(first, second)
    assert (again.added, again.updated, again.unchanged, again.rejected) == (0, 0, 4, 1)
    assert store.kept == before


def test_an_import_that_died_is_made_good_by_another(tmp_path, items_in):
    path = tmp_path / "goods.csv"
    rows = [
        {"item_id": str(n), "title": f"good {n}", "size": n if n < 11_000 else "large"} for n in range(12_000)
    ]
    path.write_text(delimited(rows, ","))
    whole, broken = MemoryStore(), MemoryStore()
    items_in(path, into=whole)
    broken.dies_after = 1
    with pytest.raises(KeyboardInterrupt):
        items_in(path, into=broken)
    assert len(broken.kept) == 5_000
    broken.dies_after = None
    result = items_in(path, into=broken)
    assert (result.added, result.unchanged) == (7_000, 5_000)
    assert broken.catalogue() == whole.catalogue()
    assert broken.documents == whole.documents


def test_types_widen_and_the_stored_items_follow(tmp_path, items_in, store):
    numbers, words, lists = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.jsonl"
    numbers.write_text('{"item_id": "1", "title": "a", "size": 40, "fit": "slim"}\n')
    words.write_text('{"item_id": "2", "title": "b", "size": "M", "fit": "slim"}\n')
    lists.write_text('{"item_id": "3", "title": "c", "size": 41, "fit": ["slim", "long"]}\n')
    assert items_in(numbers).types == {"size": "number", "fit": "category"}
    assert items_in(words).types == {"size": "category", "fit": "category"}
    assert store.catalogue()["1"].fields == {"size": "40", "fit": "slim"}
    assert items_in(lists).types == {"size": "category", "fit": "list"}
    assert store.catalogue()["2"].fields == {"size": "M", "fit": ["slim"]}
    assert store.catalogue()["3"].fields == {"size": "41", "fit": ["slim", "long"]}
    assert store.documents["attribute_types"] == {"size": "category", "fit": "list"}


def test_types_set_by_hand(tmp_path, items_in, store):
    path = tmp_path / "goods.csv"
    path.write_text("item_id,title,size,code\n1,a,38,5\n2,b,M,6\n")
    result = items_in(path, types={"size": "number", "code": "category"})
    assert result.types == {"size": "number", "code": "category"}
    assert store.catalogue()["1"].fields == {"size": 38, "code": "5"}
    assert "size 'M' is not a finite number" in rejects_of(result)[0]["reason"]
    for wrong in ({"size": "numeric"}, {"price": "text"}):
        with pytest.raises(InvalidInput, match=r"size|price"):
            items_in(path, types=wrong)


def test_common_names_stand_for_a_column_that_no_row_has(tmp_path, items_in, store):
    alone, beside = tmp_path / "alone.jsonl", tmp_path / "beside.jsonl"
    alone.write_text('{"movieId": 1, "title": "a", "genre": "Drama"}\n{"movieId": 2, "title": "b"}\n')
    beside.write_text(
        '{"item_id": 3, "title": "c", "genre": "Drama"}\n{"item_id": 4, "title": "d", "categories": "Film"}\n'
    )
    items_in(alone)
    items_in(beside)
    assert store.catalogue()["1"].fields == {"categories": ["Drama"]}
    assert store.catalogue()["3"].fields == {"genre": "Drama"}


def test_columns_renamed(tmp_path, items_in, store):
    path = tmp_path / "goods.csv"
    path.write_text("sku,name,title,Cost\n1,Ball,Mr,5\n")
    assert items_in(path, columns={"sku": "item_id", "name": "title", "Cost": "price"}).added == 1
    item = store.catalogue()["1"]
    assert (item.title, item.fields) == ("Ball", {"title_2": "Mr", "price": 5})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n \n", "blank lines"),
        (b"sku,name\n1,Ball\n", r"no column 'item_id' and no column 'title'.*sku, name.*--map"),
        (b'[{"item_id": "1", "title": "x"}]', "JSON array"),
        (b"PAR1 but cut short", "no Parquet file"),
        (b"\x1f\x8b damaged", "damaged gzip"),
        (b"\x89PNG\x00\x01\x02", "neither text nor Parquet"),
    ],
)
def test_files_that_cannot_be_taken(content, message, tmp_path, items_in):
    path = tmp_path / "goods.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        items_in(path)


def test_folders_and_missing_files(tmp_path, items_in):
    with pytest.raises(InvalidInput, match="folder"):
        items_in(tmp_path)
    with pytest.raises(InvalidInput, match="no file"):
        items_in(tmp_path / "none.csv")


def test_a_cut_gzip_file(tmp_path, items_in):
    path = tmp_path / "goods.csv.gz"
    path.write_bytes(gzip.compress(delimited(GOODS, ",").encode() * 500)[:-20])
    with pytest.raises(InvalidInput, match="damaged gzip"):
        items_in(path)


@pytest.mark.parametrize("content", ["item_id,title", "item_id,title\n"])
def test_a_header_without_rows(content, tmp_path, items_in):
    path = tmp_path / "goods.csv"
    path.write_text(content)
    result = items_in(path)
    assert (result.read, result.rejects_file) == (0, None)
    assert "has no rows" in result.notes[0]


def test_old_rejects_go_and_namesakes_have_a_file_each(tmp_path, items_in):
    paths = [tmp_path / folder / "goods.csv" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        path.write_text("item_id,title\n1,\n")
    result = items_in(*paths)
    assert result.rejected == 2
    assert len(list((tmp_path / "rejects").iterdir())) == 2
    for path in paths:
        path.write_text("item_id,title\n1,x\n")
    assert items_in(*paths).rejects_file is None
    assert not list((tmp_path / "rejects").iterdir())


def test_progress_grows_to_its_total(tmp_path, items_in):
    path = tmp_path / "goods.csv"
    path.write_text(delimited(GOODS, ","))
    calls = []
    items_in(path, progress=lambda done, total: calls.append((done, total)))
    assert calls == sorted(calls)
    assert calls[-1] == (2 * path.stat().st_size,) * 2


def test_recbole_items(tmp_path, items_in, store):
    path = tmp_path / "ml-100k.item"
    path.write_text(
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        '1\tToy Story\t1995\tAnimation Children\'s Comedy\n2\t"Crocodile" Dundee\t1986\tComedy\n'
    )
    assert items_in(path).added == 2
    assert store.catalogue()["1"].fields == {
        "release_year": 1995, "categories": ["Animation", "Children's", "Comedy"],
    }  # fmt: skip
    assert store.catalogue()["2"].title == '"Crocodile" Dundee'


def test_movielens_items(tmp_path, items_in, store):
    path = tmp_path / "movies.dat"
    path.write_bytes(
        "1::Toy Story (1995)::Animation|Children's|Comedy\n2::American President, The (1995)::Comedy\n"
        "3::Misérables, Les (1995)::Drama|Musical\n4::too::many::fields\n".encode("latin-1")
    )
    result = items_in(path)
    assert (result.added, result.rejected) == (3, 1)
    assert rejects_of(result)[0]["row"] == "4::too::many::fields"
    films = store.catalogue()
    assert films["1"].fields == {"year": 1995, "categories": ["Animation", "Children's", "Comedy"]}
    assert films["2"].title == "The American President"
    assert films["3"].title == "Misérables, Les"


def test_real_goods_of_icecat(items_in, store):
    result = items_in(real_data("icecat") / "items.jsonl.gz")
    assert (result.read, result.added, result.rejected) == (19_406, 19_406, 0)
    goods = store.catalogue().values()
    assert sum("description" in item.fields for item in goods) == 18_685
    assert sum("categories" in item.fields for item in goods) == 1_389
    assert len({item.fields["brand"] for item in goods if "brand" in item.fields}) == 161
    assert result.types["display_diagonal"] == "number"
    assert result.types["touchscreen"] == "bool"
    assert result.types["date_released"] == "date"
    assert result.types["product_colour"] == "category"
    assert result.types["ean"] == "list"


def test_real_goods_of_litemall(items_in, store):
    path = real_data("litemall-zh") / "items.jsonl"
    result = items_in(path)
    assert (result.read, result.added, result.rejected) == (239, 239, 0)
    goods = store.catalogue()
    prices = [item.fields["price"] for item in goods.values()]
    assert (min(prices), max(prices)) == (4.9, 4_199)
    assert sum("brand" in item.fields for item in goods.values()) == 38
    assert result.types["unit"] == "category"
    assert result.types["is_hot"] == "bool"
    for line in path.read_text().splitlines():
        row = json.loads(line)
        fields = goods[row["item_id"]].fields
        assert fields["categories"] == row["categories"]
        assert fields["counter_price"] == row["counter_price"]


def test_real_films_of_movielens(items_in, store):
    result = items_in(real_data("movielens-1m") / "items.jsonl.gz")
    assert (result.added, result.rejected) == (3_883, 0)
    films = store.catalogue().values()
    for name, count in {"description": 3_845, "directors": 3_869, "actors": 3_874, "rated": 3_881}.items():
        assert sum(name in film.fields for film in films) == count
    assert result.types == {
        "description": "text", "categories": "list", "language": "category", "year": "number",
        "alternative_titles": "list", "directors": "list", "actors": "list", "rated": "category",
    }  # fmt: skip


def test_the_content_tells_the_format_not_the_name(tmp_path, items_in):
    path = tmp_path / "wrong-name.parquet"
    path.write_text("item_id,title\n1,x\n")
    assert items_in(path).added == 1
