"""Event logs: the same content gives the same events, whatever the file."""

import gzip
import json
import math
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from conftest import WRITERS, MemoryStore, PlainPseudonyms, real_data, rejects_of
from palate.errors import InvalidInput
from palate.feedback.importing import import_events

LOG = [
    {"user_id": "u1", "item_id": "a", "event_type": "view", "timestamp": 1_760_000_000, "value": None},
    {"user_id": "u1", "item_id": "b", "event_type": "rating", "timestamp": 1_760_000_001, "value": 4.5},
    {"user_id": "张三", "item_id": "a", "event_type": "dwell", "timestamp": 1_760_000_002, "value": 30},
]


def bare(event):
    return {name: value for name, value in event.items() if name != "given"}


def test_every_format_gives_the_same_events(write, events_in, store):
    result = events_in(write(LOG))
    assert (result.read, result.added, result.rejected) == (3, 3, 0)
    assert store.events == [
        {**{name: value for name, value in row.items() if name != "user_id"}, "user": f"p:{row['user_id']}"}
        for row in LOG
    ]


def test_importing_again_changes_nothing(write, events_in, store):
    path = write(LOG)
    events_in(path)
    again = events_in(path)
    assert (again.read, again.added, again.unchanged) == (3, 0, 3)


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "user_id": st.sampled_from(["u", "v", "007", "用户"]),
            "item_id": st.integers(0, 3).map(str),
            "event_type": st.sampled_from(["view", "purchase", "dwell", "pv", "Add To Cart", "nonsense",
            "rating"]),
            "timestamp": st.sampled_from(["5", "1760000000", "1760000000000", "2026-01-31T08:00:00Z",
            "2026-01-31", "soon"]),
            "value": st.sampled_from(["", "1", "2.5", "-3", "100000", "many"]),
            "session_id": st.sampled_from(["", "s1", "s2"]),
            "page": st.sampled_from(["", "home"]),
        }
    ),
    min_size=1,
    max_size=10,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=EVENTS)
def test_any_log_comes_through_any_format_alike(rows, tmp_path):
    logs = {}
    for name, writer in WRITERS.items():
        path = tmp_path / "any.data"
        writer(path, rows)
        kept = MemoryStore()
        result = import_events(
            kept, PlainPseudonyms(), [path], columns={}, event_types={}, rejects_folder=tmp_path
        )  # fmt: skip
        assert result.read == len(rows), name
        logs[name] = (kept.events, result)
    first = logs.pop("jsonl")
    for name, log in logs.items():
        assert log == first, name
    assert first[1].added + first[1].unchanged == sum(map(_is_good, rows))


def _is_good(row):
    if row["timestamp"] == "soon" or row["event_type"] == "nonsense" or row["value"] == "many":
        return False
    return (row["event_type"], row["value"]) not in (("rating", ""), ("dwell", "-3"))


def test_what_was_given_in_another_form_is_kept(write, events_in, store):
    rows = [
        {"user_id": "u", "item_id": "a", "event_type": "Product Viewed",
        "timestamp": "2026-01-31T08:00:00+08:00",
         "value": 7, "session_id": "s", "turn_id": "t", "text": None, "event_id": "e1", "page": "home"},
        {"user_id": "u", "item_id": "a", "event_type": "comment", "timestamp": "2026-01-31T00:00:01Z",
         "value": None, "session_id": None, "turn_id": None, "text": " Good, “really” ", "event_id": "e2",
         "page": None},
        {"user_id": "u", "item_id": "a", "event_type": "view", "timestamp": "2026-01-31T00:00:02Z",
         "value": 100, "session_id": None, "turn_id": None, "text": None, "event_id": "e1", "page": None},
    ]  # fmt: skip
    result = events_in(write(rows))
    assert (result.added, result.unchanged) == (2, 1)
    start = datetime(2026, 1, 31, tzinfo=UTC).timestamp()
    assert store.events == [
        {"user": "p:u", "item_id": "a", "event_type": "view", "timestamp": start, "value": 7,
        "session_id": "s",
         "turn_id": "t", "event_id": "e1",
         "given": {"page": "home", "timestamp": "2026-01-31T08:00:00+08:00", "event_type": "Product Viewed"}},
        {"user": "p:u", "item_id": "a", "event_type": "comment", "timestamp": start + 1, "value": None,
         "text": " Good, “really” ", "event_id": "e2", "given": {"timestamp": "2026-01-31T00:00:01Z"}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("1760000000", 1_760_000_000), ("1760000000.25", 1_760_000_000.25), ("1", 1), ("0", 0),
        ("1760000000250", 1_760_000_000.25), ("1760000000250000", 1_760_000_000.25),
        ("1760000000250000000", 1_760_000_000.25),
        ("2025-10-09T08:53:20Z", 1_760_000_000), ("2025-10-09 08:53:20", 1_760_000_000),
        ("2025-10-09 08:53:20.25+00:00", 1_760_000_000.25), ("2025-10-09T16:53:20+0800", 1_760_000_000),
        ("2025/10/09 08:53:20", 1_760_000_000), ("2025-10-09", 1_759_968_000),
        ("2025年10月9日", 1_759_968_000),
    ],
)  # fmt: skip
def test_timestamps(given, seconds, tmp_path, events_in, store):
    alone, among = tmp_path / "alone.csv", tmp_path / "among.csv"
    alone.write_text(f"user_id,item_id,event_type,timestamp\nu,a,view,{given}\n")
    among.write_text(
        f"user_id,item_id,event_type,timestamp\nu,b,view,7\nu,a,view,{given}\nu,c,view,2026-01-31\n"
    )
    events_in(alone)
    events_in(among)
    times = [event["timestamp"] for event in store.events if event["item_id"] == "a"]
    assert times == [pytest.approx(seconds, abs=1e-6)] * len(times)
    assert len(store.events) == 3


def test_timestamps_of_parquet(tmp_path, events_in, store):
    moments = [datetime(2026, 1, 31, 8, tzinfo=UTC), None, datetime(2026, 1, 31, 9, tzinfo=UTC)]
    columns = {
        "user_id": [1, 2, 3],
        "item_id": [1.0, 2.0, None],
        "event_type": pa.array(["view"] * 3).dictionary_encode(),
    }
    path = tmp_path / "log.parquet"
    parquet.write_table(
        pa.table({**columns, "timestamp": pa.array(moments, pa.timestamp("ns", "Asia/Shanghai"))}), path
    )
    result = events_in(path)
    assert (result.added, result.rejected) == (1, 2)
    (event,) = store.events
    assert (event["user"], event["item_id"], event["timestamp"]) == ("p:1", "1", moments[0].timestamp())
    assert [(reject["line"], reject["reason"]) for reject in rejects_of(result)] == [
        (2, "timestamp is missing"), (3, "item_id is missing"),
    ]  # fmt: skip


def test_bad_rows_are_rejects_with_line_and_reason(tmp_path, events_in, store):
    path = tmp_path / "log.csv"
    long = "x" * 257
    path.write_text(
        "user_id,item_id,event_type,timestamp,value,text\n"  # 1
        "u,a,view,1,,\n"  # 2
        ",a,view,1,,\n"  # 3
        "u, ,view,1,,\n"  # 4
        "u,a,begin_checkout,1,,\n"  # 5
        "u,a,,1,,\n"  # 6
        "u,a,view,soon,,\n"  # 7
        "u,a,view,,,\n"  # 8
        "u,a,view,-5,,\n"  # 9
        "u,a,view,inf,,\n"  # 10
        "u,a,rating,1,,\n"  # 11
        "u,a,rating,1,many,\n"  # 12
        "u,a,rating,1,nan,\n"  # 13
        "u,a,comment,1,, \n"  # 14
        "u,a,dwell,1,-2,\n"  # 15
        f"{long},a,view,1,,\n"  # 16
        "u,a,view,1\n"  # 17
        'u,a,comment,1,,"two\nlines"\n'  # 18, 19
        "new,only bad,nonsense,1,,\n"  # 20
    )
    result = events_in(path)
    assert [bare(event) for event in store.events] == [
        {"user": "p:u", "item_id": "a", "event_type": "view", "timestamp": 1, "value": None},
        {
            "user": "p:u",
            "item_id": "a",
            "event_type": "comment",
            "timestamp": 1,
            "value": None,
            "text": "two\nlines",
        },
    ]
    assert (result.read, result.added, result.rejected) == (18, 2, 16)
    reasons = {reject["line"]: reject["reason"] for reject in rejects_of(result)}
    expected = {
        3: "user_id is missing", 4: "item_id is missing", 5: "'begin_checkout' is not known",
        6: "event_type is missing",
        7: "timestamp 'soon'", 8: "timestamp is missing", 9: "timestamp '-5'", 10: "timestamp 'inf'",
        11: "rating needs a value", 12: "value 'many'", 13: "value 'nan'", 14: "comment needs a text",
        15: "negative",
        16: "is no id", 17: "4 fields where the header has 6", 20: "'nonsense'",
    }  # fmt: skip
    assert list(reasons) == list(expected)
    for line, part in expected.items():
        assert part in reasons[line], line


def test_a_long_dwell_is_cut_to_a_day(tmp_path, events_in, store):
    path = tmp_path / "log.csv"
    path.write_text(
        "user_id,item_id,event_type,timestamp,value\nu,a,dwell,1,86400\nu,a,dwell,2,100000\nu,a,view,3,100000\n"
    )
    result = events_in(path)
    assert [event["value"] for event in store.events] == [86_400, 86_400, 100_000]
    assert [event.get("given") for event in store.events] == [None, {"value": 100_000}, None]
    assert "1 dwell times" in " ".join(result.notes)


def test_event_names_of_the_shop_and_of_others(tmp_path, events_in, store):
    path = tmp_path / "log.csv"
    names = [
        "view_item",
        "Order Completed",
        "detail-page-view",
        "pv",
        "fav",
        "cart",
        "buy",
        "收藏",
        "VIEW",
        "ping",
        "view",
    ]
    path.write_text(
        "uid,sku,what,timestamp\n" + "".join(f"u,a,{name},{number}\n" for number, name in enumerate(names))
    )
    columns = {"uid": "user_id", "sku": "item_id", "what": "event_type"}
    events_in(path, columns=columns, types={"ping": "share", "view": "click"})
    assert [event["event_type"] for event in store.events] == [
        "view", "purchase", "view", "view", "favorite", "add_to_cart", "purchase", "favorite", "view",
        "share", "click",
    ]  # fmt: skip
    assert [event["given"]["event_type"] for event in store.events] == names
    with pytest.raises(InvalidInput, match="'pong'"):
        events_in(path, columns=columns, types={"ping": "pong"})


def test_logs_without_event_types(tmp_path, events_in, store):
    ratings, views = tmp_path / "ratings.csv", tmp_path / "views.csv"
    ratings.write_text("userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n")
    views.write_text("user_id,item_id,timestamp\n1,2,1112486027\n")
    events_in(ratings, views)
    assert [(event["event_type"], event["value"]) for event in store.events] == [
        ("rating", 3.5),
        ("view", None),
    ]


RATING = {"user": "p:1", "item_id": "1193", "event_type": "rating", "timestamp": 978_300_760, "value": 5}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ratings.dat", "1::1193::5::978300760\n"),
        ("ml.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t1193\t5\t978300760\n"),
        ("u.data", "1\t1193\t5\t978300760\n"),
        ("ratings_Beauty.csv", "1,1193,5.0,978300760\n"),
        ("ratings.csv", "userId,movieId,rating,timestamp\n1,1193,5.0,978300760\n"),
    ],
)
def test_logs_that_people_have(name, content, tmp_path, events_in, store):
    path = tmp_path / name
    path.write_text(content)
    zipped = tmp_path / f"{name}.gz"
    zipped.write_bytes(gzip.compress(content.encode()))
    assert events_in(path).added == 1
    assert events_in(zipped).unchanged == 1
    assert store.events == [RATING]


def test_taobao_behaviour(tmp_path, events_in, store):
    path = tmp_path / "UserBehavior.csv"
    path.write_text("1,2268318,2520377,pv,1511544070\n1,2333346,2520771,buy,1511561733\n")
    events_in(path)
    assert [(event["item_id"], event["event_type"]) for event in store.events] == [
        ("2268318", "view"),
        ("2333346", "purchase"),
    ]
    assert store.events[0]["given"] == {"category_id": "2520377", "event_type": "pv"}


def test_columns_that_are_missing(tmp_path, events_in):
    path = tmp_path / "log.csv"
    path.write_text("who,item_id,timestamp\nu,a,1\n")
    with pytest.raises(InvalidInput, match=r"no column 'user_id'.*who, item_id, timestamp.*--map"):
        events_in(path)


def test_json_lines_of_mixed_kinds(tmp_path, events_in, store):
    path = tmp_path / "log.jsonl"
    rows = [
        {"user_id": 5, "item_id": "5", "event_type": "view", "timestamp": 1},
        {"user_id": "5", "item_id": 5, "event_type": "view", "timestamp": "2", "context": {"page": [1]}},
        {"item_id": 5, "event_type": "view", "timestamp": 2},
        {"user_id": ["5"], "item_id": 5, "event_type": 3, "timestamp": True},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = events_in(path)
    assert (result.added, result.rejected) == (2, 2)
    assert {(event["user"], event["item_id"], event["timestamp"]) for event in store.events} == {
        ("p:5", "5", 1),
        ("p:5", "5", 2),
    }
    assert store.events[1]["given"] == {"context": {"page": [1]}}


def test_more_rejects_than_are_kept(tmp_path, events_in, monkeypatch):
    monkeypatch.setattr("palate.catalogue.reading.rejects.MOST_REJECTS", 10)
    path = tmp_path / "log.csv"
    path.write_text("user_id,item_id,timestamp\n" + ",a,1\n" * 25 + "u,a\n" * 5)
    result = events_in(path)
    assert (result.read, result.rejected) == (30, 30)
    assert len(rejects_of(result)) == 10


def test_values_that_json_cannot_hold(tmp_path, events_in, store):
    parquet_file, lines = tmp_path / "log.parquet", tmp_path / "log.jsonl"
    more = {
        "score": [math.nan, math.inf],
        "deep": [{"a": [math.nan, 1.5]}, None],
        "day": [date(2026, 1, 31), None],
    }
    base = {"user_id": ["u", "u"], "item_id": ["a", "b"], "timestamp": [1, 2]}
    parquet.write_table(pa.table({**base, **more}), parquet_file)
    lines.write_text(
        '{"user_id": "u", "item_id": "c", "timestamp": 3, "score": NaN}\n'
        '{"user_id": "u", "item_id": "d", "timestamp": 3, "deep": [NaN]}\n'
        '{"user_id": "u", "item_id": "\\ud800", "timestamp": 3}\n'
    )
    assert events_in(parquet_file, lines).rejected == 2
    assert [event.get("given") for event in store.events] == [
        {"deep": {"a": [None, 1.5]}, "day": "2026-01-31"},
        {"score": "inf"},
        None,
    ]


@pytest.mark.parametrize(
    ("start", "line"), [("user_id,item_id,timestamp\n", "u,a\n"), ('{"user_id": "u"}\n', "[1]\n")]
)
def test_a_file_of_rejects_is_counted_to_the_end(start, line, tmp_path, events_in):
    path = tmp_path / "log"
    path.write_text(start + line * 150_000)
    result = events_in(path)
    assert result.rejected == result.read == 150_000 + start.startswith("{")
    assert len(rejects_of(result)) == 100_000


def test_users_who_share_a_pseudonym_are_one(tmp_path, store):
    class OneForAll:
        def many(self, ids):
            return ["p"] * len(ids)

    path = tmp_path / "log.csv"
    path.write_text("user_id,item_id,timestamp\nu,a,1\nv,a,2\n")
    import_events(store, OneForAll(), [path], columns={}, event_types={}, rejects_folder=tmp_path)
    assert [event["user"] for event in store.events] == ["p", "p"]


def test_notes_name_items_that_are_not_in_the_catalogue(tmp_path, events_in, items_in):
    goods, path = tmp_path / "goods.csv", tmp_path / "log.csv"
    goods.write_text("item_id,title\na,A\n")
    path.write_text("user_id,item_id,timestamp\nu,a,1\nu,b,2\n")
    items_in(goods)
    assert events_in(path).notes == ("1 items that these events name are not in the catalogue yet",)


class Counts(MemoryStore):
    def append_events(self, batch):
        from palate.storage.store import Written

        self.batches = [*getattr(self, "batches", []), batch]
        return Written(len(batch))


def test_real_events_of_movielens(events_in):
    log = Counts()
    result = events_in(real_data("movielens-1m") / "events.csv.gz", into=log)
    assert (result.read, result.added, result.rejected) == (999_611, 999_611, 0)
    (batch,) = log.batches
    assert (len(batch.users), len(batch.item_ids), batch.extras) == (6_040, 3_416, None)
    assert batch.timestamps.min() == 1


def test_real_events_of_beauty(events_in):
    log = Counts()
    result = events_in(real_data("amazon-beauty") / "events.csv.gz", into=log)
    assert (result.read, result.added) == (198_502, 198_502)
    assert (len(log.batches[0].users), len(log.batches[0].item_ids)) == (22_363, 12_101)


def test_a_real_log_without_users(events_in):
    with pytest.raises(InvalidInput, match="no column 'user_id'"):
        events_in(real_data("open-bandit") / "random-men.csv.gz")
