"""What people and files give that cannot be: a clear message, the right status, and nothing lost."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import palate
from palate.storage import open_store

PALATE = [sys.executable, "-c", "from palate.cli import main; main()"]


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    line = [*PALATE, *(part if isinstance(part, bytes) else str(part) for part in arguments)]
    return subprocess.run(line, capture_output=True, timeout=120, check=False, **options)


def refused(done: subprocess.CompletedProcess[bytes], status: int, *words: str) -> None:
    """A message for people, the status, nothing on standard output."""
    told = done.stderr.decode()
    assert done.returncode == status, told
    assert done.stdout == b""
    assert "Traceback" not in told
    assert "something went wrong that should not" not in told
    for word in words:
        assert word in told


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u3000"])
def test_an_empty_text(shop: palate.Shop, text: str):
    with pytest.raises(palate.InvalidInput, match="the text is empty"):
        shop.chat(text)


@pytest.mark.parametrize("text", ["礼物" * 50_000, "gift " * 20_000, "a" * 100_000, "500元以内，" * 20_000])
def test_a_text_of_100_kb_is_answered_soon(shop: palate.Shop, text: str):
    shop.warm_up()
    began = time.perf_counter()
    turn = shop.chat(text, user_id="long")
    assert time.perf_counter() - began < 10
    assert turn.reply
    assert len(turn.reply) < 5_000  # it is not echoed at length
    assert shop.chat("headphones", session_id=turn.session_id, user_id="long").items


@pytest.mark.parametrize(
    "text",
    ["🎁", "🎁🎂🎉💯", "👨‍👩‍👧‍👦", "???", "。。。", "\u200b\u200d", "\x00\x1b[31m", "ﷺ" * 50, "\ud83d"],
)
def test_a_text_without_words_gets_a_word(shop: palate.Shop, text: str):
    turn = shop.chat(text)
    assert turn.reply
    orjson.dumps(turn.text)  # fit to be stored and sent


def test_somebody_unknown_is_somebody_new(shop: palate.Shop):
    assert shop.profile("nobody ever")["events"] == 0
    assert shop.export_user("nobody ever")["events"] == []
    assert not any(shop.erase_user("nobody ever")["erased"].values())
    assert shop.chat("headphones", user_id="nobody ever", session_id="never seen").items
    for wrong in ("", " ", "u" * 257):
        with pytest.raises(palate.InvalidInput):
            shop.chat("headphones", user_id=wrong)


def test_what_is_taken_back_is_taken_back_whatever_time_it_claimed(shop: palate.Shop):
    """A like of the year 2096 does not outlast the dislike of today, on the next request, nor is it lost."""
    first = shop.recommend("clock", k=1)[0].item_id
    like = {"user_id": "clock", "item_id": first, "event_type": "like", "timestamp": "2096-01-01T00:00:00Z"}
    shop.add_events([like])
    shop.feedback(user_id="clock", item_id=first, event_type="dislike")
    (weight,) = [one["weight"] for one in shop.profile("clock")["items"]]
    assert weight < 0
    assert first not in {one.item_id for one in shop.recommend("clock", k=50)}
    assert first not in {one.item_id for one in shop.chat("anything", user_id="clock", k=20).items}
    told = {event["event_type"]: event for event in shop.export_user("clock")["events"]}
    assert told["like"]["timestamp"] == "2096-01-01T00:00:00Z"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400, -1, "many", [1]])
@pytest.mark.parametrize("kind", ["dwell", "rating"])
def test_a_value_that_is_none_changes_nothing(shop: palate.Shop, kind: str, number: Any):
    if (kind, number) == ("rating", -1):
        pytest.skip("ratings may be below 0: the scale is a setting")
    before = shop.recommend("odd", k=5)
    with pytest.raises(palate.InvalidInput, match=r"value|dwell"):
        shop.add_events([{"user_id": "odd", "item_id": "lamp-01", "event_type": kind, "value": number}])
    assert shop.export_user("odd")["events"] == []
    assert [one.item_id for one in shop.recommend("odd", k=5)] == [one.item_id for one in before]


@pytest.mark.parametrize("price", [float("nan"), float("inf"), "much", [], {"a": 1}])
def test_a_price_that_is_none(shop: palate.Shop, price: Any):
    with pytest.raises(palate.InvalidInput, match="price"):
        shop.put_items([{"item_id": "x", "title": "X", "price": price}])
    with pytest.raises(palate.InvalidInput, match="price"):
        shop.patch_item("camera-03", {"price": price})
    with pytest.raises(palate.UnknownItem):
        shop.item("x")
    assert shop.item("camera-03").fields["price"] == 1599


FILES = {
    "nan": ("item_id,title,price\na,Tent,NaN\nb,Stove,5\nc,Rope,inf\nd,Lamp,\n", (4, 2, 2)),
    "duplicate": ("item_id,title,price\na,Tent,1\nb,Stove,5\na,Big tent,2\n", (3, 2, 0)),
    "no rows": ("item_id,title,price\n", (0, 0, 0)),
    "no id": ("item_id,title,price\n,Tent,1\nb,,5\nc,Rope,7\n", (3, 1, 2)),
}


@pytest.mark.parametrize("case", FILES)
def test_rows_that_cannot_be_taken_are_told_and_the_rest_is(tmp_path: Path, case: str):
    text, (read, added, rejected) = FILES[case]
    file = tmp_path / "goods.csv"
    file.write_text(text)
    assert command("init", tmp_path / "shop").returncode == 0
    done = command("import", "items", tmp_path / "shop", file, "--json")
    assert done.returncode == 0, done.stderr
    result = orjson.loads(done.stdout)
    assert (result["read"], result["added"], result["rejected"]) == (read, added, rejected)
    assert result["read"] == sum(result[name] for name in ("added", "updated", "unchanged", "rejected"))
    if rejected:
        rejects = [orjson.loads(line) for line in Path(result["rejects_file"]).read_bytes().splitlines()]
        assert len(rejects) == rejected
        assert all(reject["line"] >= 2 and reject["reason"] for reject in rejects)
    if case == "no rows":
        assert any("no rows" in note for note in result["notes"])
    with palate.open(tmp_path / "shop") as shop:
        assert shop.status()["items"] == added
        if case == "duplicate":
            assert shop.item("a").title == "Big tent"
        for item in shop.chat("anything", k=20).items:
            assert item.attributes.get("price", 1) > 0


def test_files_that_are_none(tmp_path: Path):
    (tmp_path / "noise.csv").write_bytes(os.urandom(5_000))
    (tmp_path / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + b"\0" * 100)
    (tmp_path / "wrong.csv").write_text("name,cost\nTent,5\n")
    with palate.create(tmp_path / "shop") as shop:
        for name in (
            "noise.csv",
            "cut.jsonl.gz",
            "empty.csv",
            "cut.parquet",
            "wrong.csv",
            "missing.csv",
            "shop",
        ):
            for imports in (shop.import_items, shop.import_events):
                with pytest.raises(palate.InvalidInput, match=name):
                    imports(tmp_path / name)
    refused(
        command("import", "items", tmp_path / "shop", tmp_path / "wrong.csv"),
        2,
        "wrong.csv",
        "item_id",
        "--map",
    )


def test_words_that_are_no_utf8(own_shop: Path):
    done = command("chat", own_shop, "--json", "--once", b"headphones \xff\xfe under 500 yuan")
    assert done.returncode == 0, done.stderr
    turn = orjson.loads(done.stdout)
    assert turn["items"]
    assert all(item["item_id"].startswith("headphones") for item in turn["items"])


def test_a_corrupt_model_is_told_on_the_command_line(own_shop: Path):
    (version,) = [path for path in (own_shop / "models").iterdir() if (path / "manifest.json").is_file()]
    (version / "manifest.json").write_text("{")
    done = command("chat", own_shop, "--once", "headphones")
    refused(done, 1, version.name, "palate train")
    doctor = command("doctor", own_shop)
    assert doctor.returncode == 1
    assert b"palate train" in doctor.stdout
    assert command("train", own_shop).returncode == 0
    assert command("chat", own_shop, "--once", "headphones").returncode == 0


def write_log(path: Path, rows: int) -> Path:
    with path.open("w") as out:
        out.write("user_id,item_id,event_type,timestamp,event_id\n")
        for n in range(rows):
            out.write(f"u{n % 997},i{n * 7 % 1999},view,{1.7e9 + n:.0f},e{n}\n")
    return path


def small(limit: int) -> Callable[[], None]:
    """Files of the child cannot grow beyond ``limit`` bytes: what a full disk looks like from within."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return limits


def test_a_full_disk_loses_nothing(own_shop: Path, tmp_path: Path):
    database = max(
        (path for path in own_shop.iterdir() if path.is_file()), key=lambda path: path.stat().st_size
    )
    room = database.stat().st_size + 200_000
    with palate.open(own_shop) as shop:
        before = shop.status()
    log = write_log(tmp_path / "log.csv", 200_000)
    refused(command("import", "events", own_shop, log, preexec_fn=small(room)), 1, "palate: ")
    refused(command("train", own_shop, preexec_fn=small(10_000)), 1, "palate: ")
    with palate.open(own_shop) as shop:
        after = shop.status()
        assert after["model_version"] == before["model_version"]
        assert after["events"] >= before["events"]
        assert all(finding.level != "error" for finding in shop.examine())
        assert shop.chat("headphones").items
        shop.import_events(log)  # with room again, the same file makes it whole
        assert shop.status()["events"] == before["events"] + 200_000


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Any:
    """A real full disk, where this machine lets one be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_really_full(tiny_disk: Path, tmp_path: Path):
    shop = tiny_disk / "shop"
    assert command("init", shop).returncode == 0
    log = write_log(tmp_path / "log.csv", 150_000)
    refused(command("import", "events", shop, log), 1, "palate: ")
    with palate.open(shop) as opened:
        assert opened.status()["events"] >= 0
        assert opened.feedback(user_id="u", item_id="i", event_type="view").added == 1


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("kind", ["items", "events"])
def test_an_import_killed_at_any_moment_is_made_good_by_another(tmp_path: Path, kind: str):
    if kind == "items":
        file = tmp_path / "goods.jsonl"
        goods = [
            {"item_id": f"i{n % 19_000}", "title": f"Thing {n}", "price": n % 500, "kind": f"k{n % 9}"}
            for n in range(20_000)
        ]
        file.write_bytes(b"".join(orjson.dumps(good) + b"\n" for good in goods))
    else:
        file = write_log(tmp_path / "log.csv", 150_000)
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    with palate.create(whole) as shop:
        once = shop.import_items(file) if kind == "items" else shop.import_events(file)
    palate.create(torn).close()
    killed = 0
    for grown in (1, 500_000, 3_000_000):
        before = size_of(torn)
        with subprocess.Popen(
            [*PALATE, "import", kind, str(torn), str(file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            while process.poll() is None and size_of(torn) < before + grown:
                time.sleep(0.002)
            killed += process.poll() is None
            process.send_signal(signal.SIGKILL)
    assert killed
    with palate.open(torn) as shop:
        last = shop.import_items(file) if kind == "items" else shop.import_events(file)
    assert (last.read, last.rejected) == (once.read, 0)

    def contents(folder: Path) -> Any:
        store = open_store("", folder)
        try:
            items = {
                (one.item_id, one.item and (one.item.title, str(one.item.fields))) for one in store.items()
            }
            return items, store.event_count(), store.document("attribute_types")
        finally:
            store.close()

    assert contents(torn) == contents(whole)
