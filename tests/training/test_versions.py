import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from palate.errors import InvalidInput, ModelError
from palate.training.versions import ABANDONED_AFTER, CURRENT, MANIFEST, READ_WHOLE, Versions


def write(versions: Versions, number: int, size: int = 100) -> str:
    with versions.write() as draft:
        (draft.folder / "als").mkdir()
        np.save(draft.folder / "als" / "factors.npy", np.full(size, number, np.float32))
        draft.manifest["number"] = number
    return draft.manifest["version"]


def number(versions: Versions) -> int | None:
    version = versions.current()
    return None if version is None else version.manifest["number"]


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "models")


def test_no_version_is_no_error(versions: Versions):
    assert versions.current() is None
    assert versions.names() == []
    assert versions.prune() == []


def test_what_is_written_is_current(versions: Versions):
    names = [write(versions, n) for n in range(3)]
    assert versions.names() == names == sorted(names)
    current = versions.current()
    assert current is not None
    assert (current.name, current.manifest["number"]) == (names[2], 2)
    assert np.load(current.folder / "als" / "factors.npy")[0] == 2
    assert set(current.manifest["files"]) == {"als/factors.npy"}
    assert current.manifest["created_at"].startswith(f"{names[2][:4]}-{names[2][4:6]}-{names[2][6:8]}T")


def test_a_version_can_be_switched_back_to(versions: Versions):
    first, _ = write(versions, 1), write(versions, 2)
    versions.switch(first)
    assert number(versions) == 1
    with pytest.raises(ModelError, match="20200101-000000-000000"):
        versions.switch("20200101-000000-000000")
    assert number(versions) == 1


def test_a_training_that_fails_leaves_everything_as_it_was(versions: Versions):
    write(versions, 1)
    before = sorted(versions.folder.iterdir())
    with pytest.raises(ZeroDivisionError), versions.write() as draft:
        (draft.folder / "half").write_text("x")
        raise ZeroDivisionError
    assert sorted(versions.folder.iterdir()) == before
    assert number(versions) == 1


def test_a_full_disk_is_told_and_leaves_the_old_version(versions: Versions):
    write(versions, 1)
    with (
        pytest.raises(ModelError, match="No space left"),
        versions.write() as draft,
        Path("/dev/full").open("w") as full,
    ):
        draft.manifest["number"] = 2
        full.write("x")
        full.flush()
    assert number(versions) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "als" / "factors.npy").unlink(),
        lambda folder: os.truncate(folder / "als" / "factors.npy", 300),
        lambda folder: flip(folder / "als" / "factors.npy", 400),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text('{"version": '),
        lambda folder: (folder / MANIFEST).write_text(json.dumps({"version": "x", "files": {}})),
    ],
    ids=["missing", "truncated", "a bit flipped", "no manifest", "half a manifest", "another's manifest"],
)
def test_a_damaged_version_is_left_aside_with_a_warning(versions: Versions, damage, caplog):
    write(versions, 1)
    name = write(versions, 2)
    damage(versions.folder / name)
    with caplog.at_level(logging.WARNING):
        assert number(versions) == 1
    assert name in caplog.text
    with pytest.raises(ModelError, match=name):
        versions.check(name)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_large_file_is_read_through_only_by_a_thorough_check(versions: Versions):
    name = write(versions, 1, size=READ_WHOLE // 4 + 100)
    flip(versions.folder / name / "als" / "factors.npy", READ_WHOLE // 2)
    assert versions.check(name).name == name
    with pytest.raises(ModelError, match=r"factors\.npy"):
        versions.check(name, thorough=True)


def test_what_cannot_be_loaded_counts_as_damaged(versions: Versions, caplog):
    first, second = write(versions, 1), write(versions, 2)

    def load(version):
        if version.name == second:
            raise ModelError("it was written by another release")
        return version.name

    assert versions.open(load) == first
    assert "another release" in caplog.text


def test_after_a_rollback_older_versions_come_before_newer_ones(versions: Versions):
    names = [write(versions, n) for n in range(3)]
    versions.switch(names[1])
    (versions.folder / names[1] / MANIFEST).unlink()
    assert number(versions) == 0
    (versions.folder / names[0] / MANIFEST).unlink()
    assert number(versions) == 2
    (versions.folder / names[2] / MANIFEST).unlink()
    with pytest.raises(ModelError, match="no model version"):
        versions.current()


@pytest.mark.parametrize("content", [None, "", "../../etc", "20200101-000000-000000\n", "\0\0\0"])
def test_without_a_good_pointer_the_newest_version_serves(versions: Versions, content):
    write(versions, 1)
    write(versions, 2)
    if content is None:
        (versions.folder / CURRENT).unlink()
    else:
        (versions.folder / CURRENT).write_text(content)
    assert number(versions) == 2


def test_old_versions_are_pruned_but_never_the_current_one(versions: Versions):
    names = [write(versions, n) for n in range(5)]
    versions.switch(names[0])
    abandoned, young = versions.folder / ".new-abandoned", versions.folder / ".new-young"
    for folder in (abandoned, young):
        (folder / "als").mkdir(parents=True)
    os.utime(abandoned, (0, time.time() - ABANDONED_AFTER - 60))
    assert versions.prune(keep=2) == [names[1], names[2]]
    assert versions.names() == [names[0], names[3], names[4]]
    assert not abandoned.exists()
    assert young.exists()
    assert number(versions) == 0


def test_what_was_never_in_use_does_not_push_out_what_can_be_gone_back_to(versions: Versions):
    used = [write(versions, n) for n in range(2)]
    for n in range(3):
        with versions.write() as draft:
            draft.switch = False
            draft.manifest["number"] = n
        assert versions.current_name() == used[1]
    unused = versions.names()[2:]
    assert versions.prune(keep=2) == unused[:2]
    assert versions.names() == [*used, unused[2]]
    assert versions.roll_back() == used[0]
    assert versions.current_name() == used[0]
    with pytest.raises(InvalidInput, match="no earlier"):
        versions.roll_back()


def test_going_back_passes_over_what_is_damaged(versions: Versions):
    names = [write(versions, n) for n in range(3)]
    (versions.folder / names[1] / "als" / "factors.npy").write_bytes(b"")
    assert versions.roll_back() == names[0]
    versions.switch(names[2])
    with pytest.raises(ModelError, match="damaged"):
        versions.roll_back(names[1])
    with pytest.raises(InvalidInput, match="there is no model version"):
        versions.roll_back("../..")
    assert versions.current_name() == names[2]


def test_a_version_in_use_outlives_its_removal(versions: Versions):
    name = write(versions, 7)
    mapped = np.load(versions.folder / name / "als" / "factors.npy", mmap_mode="r")
    for n in range(3):
        write(versions, n)
    assert versions.prune(keep=1) != []
    assert mapped[99] == 7


WRITER = """
import sys
from pathlib import Path
from palate.training.versions import Versions
versions = Versions(Path(sys.argv[1]))
while True:
    with versions.write() as draft:
        for n in range(20):
            (draft.folder / f"{n}.bin").write_bytes(bytes([n]) * 50_000)
        draft.manifest["number"] = 99
        print("writing", flush=True)
"""


def test_a_process_killed_while_it_writes_leaves_a_whole_version(versions: Versions):
    write(versions, 1)
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(versions.folder)], stdout=subprocess.PIPE
        )
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(delay)
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        # whichever is current is whole, and nothing half written goes by a version's name
        assert number(versions) in (1, 99)
        for name in versions.names():
            versions.check(name, thorough=True)


def test_killed_in_the_middle_the_old_version_stays_current(versions: Versions):
    name = write(versions, 1)
    script = WRITER.replace('print("writing", flush=True)', 'print("writing", flush=True); sys.stdin.read()')
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(versions.folder)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    current = versions.current()
    assert current is not None
    assert current.name == name
    assert versions.names() == [name]
