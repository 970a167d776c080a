"""Pseudonyms and their key."""

import hashlib
import hmac
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.errors import InvalidInput, InvalidSettings, StorageError
from palate.privacy import Pseudonyms, check_key, load_key
from palate.settings import Settings
from palate.storage import open_store

KEY = bytes(range(32))
OTHER = bytes(32)


def test_a_pseudonym_is_the_hmac_of_the_id():
    expected = hmac.new(KEY, "user:安娜".encode(), hashlib.sha256).hexdigest()[:32]
    assert Pseudonyms(KEY).of("安娜") == expected


@given(st.lists(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"]))))
def test_many_are_what_each_is(ids: list[str]):
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.many(ids) == [pseudonyms.of(user_id) for user_id in ids]


def test_what_is_one_person_and_what_is_two():
    of = Pseudonyms(KEY).of
    assert of("Zo\u00eb") == of("Zoe\u0308")
    assert len({of("zoë"), of("Zoë"), of("zoe"), of("zoë "), Pseudonyms(OTHER).of("zoë")}) == 5


@pytest.mark.parametrize("bad", ["", "half a pair \ud800"])
def test_an_id_that_is_none(bad: str):
    with pytest.raises(InvalidInput):
        Pseudonyms(KEY).of(bad)


def test_a_key_of_another_length():
    with pytest.raises(InvalidSettings):
        Pseudonyms(b"short")


def test_a_new_shop_gets_a_key_that_only_its_owner_can_read(tmp_path: Path):
    settings = Settings()
    key = load_key(settings, tmp_path, create=True)
    assert len(key) == 32
    path = tmp_path / settings.key_file
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(settings, tmp_path, create=True) == load_key(settings, tmp_path, create=False) == key
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_key_is_not_replaced(tmp_path: Path):
    with pytest.raises(InvalidSettings, match=r"pseudonym\.key.*PALATE_PSEUDONYM_KEY"):
        load_key(Settings(), tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "00" * 31, "xy" * 32, "ü"])
def test_a_damaged_key_is_refused_even_where_one_could_be_made(tmp_path: Path, content: str):
    path = tmp_path / "my.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidSettings, match=r"my\.key"):
        load_key(Settings(key_file="my.key"), tmp_path, create=True)
    assert path.read_text(encoding="utf-8") == content


def test_the_setting_wins_over_the_file(tmp_path: Path):
    load_key(Settings(), tmp_path, create=True)
    assert load_key(Settings(pseudonym_key=KEY.hex()), tmp_path, create=False) == KEY
    with pytest.raises(InvalidSettings, match="pseudonym_key") as raised:
        load_key(Settings(pseudonym_key="secret"), tmp_path, create=False)
    assert "secret" not in str(raised.value)


def test_a_key_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "keys").write_text("a file where a folder should be")
    with pytest.raises((StorageError, InvalidSettings), match="pseudonym"):
        load_key(Settings(), tmp_path, create=True)


def test_processes_that_make_the_key_at_once_get_the_same(tmp_path: Path):
    code = """
import sys
from pathlib import Path
from palate.privacy import load_key
from palate.settings import Settings
print("ready", flush=True)
sys.stdin.readline()
print(load_key(Settings(), Path(sys.argv[1]), create=True).hex())
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    keys = {process.communicate("go\n", timeout=60)[0] for process in processes}
    assert len(keys) == 1
    assert len(keys.pop()) == 65


def test_a_store_is_bound_to_the_first_key_it_sees(tmp_path: Path):
    store = open_store("", tmp_path)
    check_key(store, Pseudonyms(KEY))
    check_key(store, Pseudonyms(KEY))
    store.close()
    store = open_store("", tmp_path)
    with pytest.raises(InvalidSettings, match=Pseudonyms(OTHER).fingerprint):
        check_key(store, Pseudonyms(OTHER))
    check_key(store, Pseudonyms(KEY))
    store.close()
    assert KEY.hex().encode() not in (tmp_path / "shop.sqlite").read_bytes()
