"""Reading a benchmark: the folder's forms, and what is refused."""

import gzip
import io
import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from palate.errors import InvalidInput
from palate.evaluation.benchmark import read_benchmark, read_items
from palate.evaluation.interactions import evaluate_interactions
from palate.evaluation.protocols import split
from palate.settings import FeedbackSettings
from palate.values import EVENT_TYPES

ITEMS = [{"item_id": "a", "title": "A", "categories": ["x", "y"]}, {"item_id": "b", "title": "B"}]


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_plain_or_gzipped(tmp_path, write, packed):
    events = [("u", "b", "view", 2), ("v", "c", "purchase", 1), ("u", "a", "view", 1)]
    found = read_benchmark(write(tmp_path / "shop", ITEMS, events, packed=packed))
    assert found.name == "shop"
    assert found.item_ids == ("a", "b", "c")
    assert found.user_ids == ("u", "v")
    assert [item and item.title for item in found.items] == ["A", "B", None]
    assert found.log.items.tolist() == [0, 1, 2]
    assert found.log.users.tolist() == [0, 0, 1]
    assert found.log.ordinal
    assert found.notes == ("1 items are named by events alone (the first: 'c')",)
    features = found.category_features()
    assert features is not None
    assert features.toarray().tolist() == [[1, 1], [0, 0], [0, 0]] or features.toarray().sum() == 2


def test_a_dwell_counts_against_what_is_usual_for_such_items(tmp_path, write):
    """People stay a minute with films and ten with courses: a minute with a course is a short stay."""
    items = [
        {"item_id": f"{kind}{number}", "title": f"{kind} {number}", "categories": [kind]}
        for kind in ("film", "course")
        for number in range(5)
    ]
    usual = {"film": 60, "course": 600}
    events = [
        (f"u{n}", f"{kind}{n % 5}", "dwell", n, seconds * (1 + n % 3 / 10))
        for kind, seconds in usual.items()
        for n in range(120)
    ]
    rows = [*events, ("v", "film0", "dwell", 1, 60), ("v", "course0", "dwell", 2, 60)]
    header = "user_id,item_id,event_type,timestamp,value"
    found = read_benchmark(write(tmp_path / "many", items, rows, header=header))
    film, course = found.log.values[found.log.users == found.user_ids.index("v")]
    assert film > 10 * course
    # too few to know: as they are
    few = read_benchmark(write(tmp_path / "few", items, rows[-2:], header=header))
    assert few.log.values.tolist() == [60, 60]


def test_ids_that_differ_by_case_or_zeros_are_different(tmp_path, write):
    items = [{"item_id": item_id, "title": "T"} for item_id in ("a1", "A1", "7", "07")] + [
        {"item_id": 7.5, "title": "T"}
    ]
    events = [("u", "a1", "view", 1), ("U", "A1", "view", 1), ("u", "07", "view", 2), ("U", "7", "view", 2)]
    found = read_benchmark(write(tmp_path, items, events))
    assert found.item_ids == ("a1", "A1", "7", "07", "7.5")
    assert found.user_ids == ("u", "U")
    assert found.log.items.tolist() == [0, 3, 1, 2]


def test_times_in_every_form(tmp_path, write):
    events = [
        ("u", "a", "view", "2024-05-01T12:00:00Z"),
        ("u", "b", "view", "1714564800"),
        ("v", "a", "view", "2024-05-01T14:00:00+02:00"),
        ("v", "b", "view", "2024-05-01"),
    ]
    log = read_benchmark(write(tmp_path, ITEMS, events)).log
    assert not log.ordinal
    # the last one, midnight, goes before v's other event
    assert log.timestamps.tolist() == [1714564800.0, 1714564800.0, 1714521600.0, 1714564800.0]
    assert log.items.tolist() == [0, 1, 1, 0]


def test_impressions_repeats_and_constant_times(tmp_path, write):
    events = [
        ("u", "a", "impression", 1.7e9),
        ("u", "b", "view", 1.7e9),
        ("u", "b", "view", 1.7e9),
        ("u", "a", "view", 1.7e9),
        ("v", "a", "view", 1.7e9),
    ]
    found = read_benchmark(write(tmp_path, ITEMS, events))
    assert found.log.items.tolist() == [1, 0, 0]
    assert len(found.notes) == 3
    assert "one timestamp" in found.notes[2]
    parts = split("leave-last-out", found.log, FeedbackSettings())
    assert parts.users.tolist() == [0]
    assert parts.targets.tolist() == [0]


def test_ratings_have_values(tmp_path, write):
    events = [("u", "a", "rating", 1, 1), ("u", "b", "rating", 2, 5), ("v", "a", "view", 1, "")]
    header = "user_id,item_id,event_type,timestamp,value"
    log = read_benchmark(write(tmp_path, ITEMS, events, header=header)).log
    assert log.values[:2].tolist() == [1, 5]
    assert np.isnan(log.values[2])
    parts = split("leave-last-out", log, FeedbackSettings())
    assert parts.targets.tolist() == [1]
    assert parts.context(0).weights[0] < 0


def test_foreign_event_names_are_those_of_the_import(tmp_path, write):
    log = read_benchmark(write(tmp_path, ITEMS, [("u", "a", "buy", 1), ("u", "b", "加购", 2)])).log
    assert log.kinds.tolist() == [6, 5]


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([("u", "a", "view", 1), ("u", "b", "teleport", 2)], "row 2 .*'teleport'.*one of impression, view"),
        ([("u", "a", "view", "soon")], "row 1 .*timestamp 'soon'.*ISO 8601"),
        ([("u", "a", "view", "")], "row 1 .*timestamp"),
        ([("", "a", "view", 1)], "row 1 .*user_id"),
        ([("u", "", "view", 1)], "row 1 .*item_id"),
        ([], "has no events"),
    ],
)
def test_events_that_cannot_be_read_are_named(tmp_path, write, events, message):
    with pytest.raises(InvalidInput, match=message):
        read_benchmark(write(tmp_path, ITEMS, events))


def test_files_that_cannot_be_read_are_named(tmp_path, write):
    with pytest.raises(InvalidInput, match="no folder"):
        read_benchmark(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match=r"no events\.csv"):
        read_benchmark(tmp_path)
    with pytest.raises(InvalidInput, match=r"no items\.jsonl"):
        read_items(tmp_path)
    folder = write(tmp_path / "b", ITEMS, [("u", 1)], header="user_id,timestamp")
    with pytest.raises(InvalidInput, match="no column 'item_id'; it has user_id, timestamp"):
        read_benchmark(folder)
    (folder / "events.csv").write_bytes(b"user_id,item_id,event_type,timestamp\nu,a,view,1\nu,a,view\n")
    with pytest.raises(InvalidInput, match="line 3 cannot be read: 3 fields where the header has 4"):
        read_benchmark(folder)
    (folder / "items.jsonl").write_text('{"item_id": "a"}\n\n{"title": "B"}\n')
    with pytest.raises(InvalidInput, match="line 3: item_id is missing"):
        read_benchmark(folder)
    (folder / "items.jsonl").write_text('{"item_id": "a"}\n{"item_')
    with pytest.raises(InvalidInput, match="line 2 cannot be read: not valid JSON"):
        read_benchmark(folder)
    for name in ("events.tsv", "events.jsonl"):  # beside events.csv, the usual form, they are let alone
        (folder / name).write_bytes(b"")
    with pytest.raises(InvalidInput, match="line 2 cannot be read: not valid JSON"):
        read_benchmark(folder)
    (folder / "events.csv").unlink()
    with pytest.raises(InvalidInput, match=r"several files of events: events\.jsonl, events\.tsv"):
        read_benchmark(folder)
    (folder / "items.jsonl").unlink()
    (folder / "items.jsonl.gz").write_bytes(b"\x1f\x8bnot gzip")
    with pytest.raises(InvalidInput, match=r"items\.jsonl\.gz'"):
        read_items(folder)


ROWS = [("u1", "a", 5, 3), ("v2", "b", 1, 1), ("u1", "b", 2, 2)]


def _delimited(delimiter, header):
    return "\n".join([delimiter.join(header), *(delimiter.join(map(str, row)) for row in ROWS)]).encode()


def _json_lines():
    return "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS).encode()


def _parquet():
    sink = io.BytesIO()
    columns = zip(*ROWS, strict=True)
    parquet.write_table(
        pa.table({name: list(column) for name, column in zip(NAMES, columns, strict=True)}), sink
    )
    return sink.getvalue()


NAMES = ("user_id", "item_id", "rating", "timestamp")
TYPED = ("user_id:token", "item_id:token", "rating:float", "timestamp:float")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("events.csv", _delimited(",", NAMES)),
        ("ratings.csv", _delimited(",", ("userId", "movieId", "rating", "timestamp"))),
        ("events.tsv", _delimited("\t", NAMES)),
        ("interactions.txt.gz", gzip.compress(_delimited(";", NAMES), mtime=0)),
        ("events.jsonl", _json_lines()),
        ("events.jsonl.gz", gzip.compress(_json_lines(), mtime=0)),
        ("events.parquet", _parquet()),
        ("ml.inter", _delimited("\t", TYPED)),
    ],
)
def test_a_log_in_any_form_gives_the_same(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "README.md").write_text("not a log")
    of_folder, of_file = read_benchmark(tmp_path), read_benchmark(tmp_path / name)
    for found in (of_folder, of_file):
        assert found.user_ids == ("u1", "v2")
        assert found.item_ids == ("a", "b")
        assert found.log.users.tolist() == [0, 0, 1]
        assert found.log.items.tolist() == [1, 0, 1]
        assert found.log.values.tolist() == [2, 5, 1]
        assert {EVENT_TYPES[kind] for kind in found.log.kinds} == {"rating"}
        assert any("no file of items" in note for note in found.notes)


def test_items_in_other_forms(tmp_path):
    (tmp_path / "ml.inter").write_bytes(_delimited("\t", TYPED))
    (tmp_path / "ml.item").write_text("item_id:token\ttitle:token_seq\tclass:token_seq\na\tOne A\tx y\n")
    for place in (tmp_path, tmp_path / "ml.inter"):
        found = read_benchmark(place)
        assert found.items[0] is not None
        assert (found.items[0].title, found.items[0].fields["categories"]) == ("One A", ["x", "y"])
        assert found.items[1] is None
    (tmp_path / "ml.item").unlink()
    (tmp_path / "items.csv").write_text("item_id,title,categories\nb,Two,x|y\n")
    assert read_items(tmp_path)["b"].fields["categories"] == ["x", "y"]


def test_without_types_and_times_the_order_of_the_file_counts(tmp_path):
    (tmp_path / "events.csv").write_text("user_id,item_id\nu,b\nv,a\nu,a\n")
    found = read_benchmark(tmp_path)
    assert found.log.items.tolist() == [0, 1, 1]
    assert found.log.ordinal
    assert {EVENT_TYPES[kind] for kind in found.log.kinds} == {"view"}
    assert ["event_type" in note for note in found.notes[:2]] == [True, False]
    assert "order of the file" in found.notes[1]


def test_numbers_and_texts_may_be_mixed_among_blocks(tmp_path):
    rows = [{"user_id": 1, "item_id": "x", "timestamp": 1}] * 3 + [
        {"user_id": "u", "item_id": 7, "event_type": "purchase", "timestamp": "2"}
    ]
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(InvalidInput, match="row 1 has the event_type None"):
        read_benchmark(tmp_path)
    for row in rows:
        row.setdefault("event_type", "view")
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = read_benchmark(tmp_path)
    assert (found.user_ids, found.item_ids) == (("1", "u"), ("x", "7"))


def test_ratings_on_another_scale_and_ratings_that_are_none(tmp_path):
    lines = [
        f"u{user},i{(user + step) % 7},{10 if step % 2 else 2},{step}"
        for user in range(12)
        for step in range(6)
    ]
    header = "user_id,item_id,rating,timestamp"
    (tmp_path / "ratings.csv").write_text("\n".join([header, *lines]))
    found = evaluate_interactions(tmp_path, models=["popularity"])
    assert "scale of 1 to 10" in found.benchmark.notes[-1]
    # what got the highest rating is to be found, not what got the lowest
    assert found.split.targets.tolist() == [(user + 5) % 7 for user in range(12)]
    (tmp_path / "ratings.csv").write_text(
        "\n".join([header, *(line.replace(",2,", ",10,") for line in lines)])
    )
    found = read_benchmark(tmp_path)
    assert {EVENT_TYPES[kind] for kind in found.log.kinds} == {"view"}
    assert "all ratings are 10" in found.notes[-1] + found.notes[-2]
