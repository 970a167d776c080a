"""Reading a benchmark: the folder's forms, and what is refused."""

import numpy as np
import pytest

from palate.errors import InvalidInput
from palate.evaluation.benchmark import read_benchmark
from palate.evaluation.protocols import split
from palate.settings import FeedbackSettings

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
    with pytest.raises(InvalidInput, match=r"no items\.jsonl"):
        read_benchmark(tmp_path)
    folder = write(tmp_path / "b", ITEMS, [("u", "a", 1)], header="user_id,item_id,timestamp")
    with pytest.raises(InvalidInput, match="no column 'event_type'"):
        read_benchmark(folder)
    (folder / "events.csv").write_bytes(b"user_id,item_id,event_type,timestamp\nu,a,view\n")
    with pytest.raises(InvalidInput, match="cannot be read as CSV"):
        read_benchmark(folder)
    (folder / "items.jsonl").write_text('{"item_id": "a"}\n\n{"title": "B"}\n')
    with pytest.raises(InvalidInput, match="line 3: item_id is missing"):
        read_benchmark(folder)
    (folder / "items.jsonl").write_text('{"item_id": "a"}\n{"item_')
    with pytest.raises(InvalidInput, match="line 2 is not JSON"):
        read_benchmark(folder)
    (folder / "items.jsonl").unlink()
    (folder / "items.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(InvalidInput, match=r"items\.jsonl\.gz' cannot be read"):
        read_benchmark(folder)
