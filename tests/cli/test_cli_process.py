"""The command line as processes: start, bytes that are no text, signals, pipes, a terminal."""

import os
import pty
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import orjson
import pytest

PALATE = [sys.executable, "-c", "from palate.cli import main; main()"]


def test_help_comes_at_once():
    def seconds() -> float:
        began = os.times()
        subprocess.run([*PALATE, "--help"], check=True, capture_output=True)
        ended = os.times()  # of the processor: what the clock says depends on who else is at work
        return sum(ended[2:4]) - sum(began[2:4])

    assert min(seconds() for _ in range(5)) < 0.3


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom palate.cli import main\nsys.argv = ['palate', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('numpy', 'fastapi', 'pydantic', 'palate.shop') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_argument_that_is_no_utf8_is_read_as_far_as_it_is(shop: Path):
    command = [os.fsencode(part) for part in [*PALATE, "chat", str(shop), "--json", "--user"]]
    done = subprocess.run(
        [*command, b"u\xff", b"--once", b"tea \xff\xfe set"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert orjson.loads(done.stdout)["text"].startswith("tea \ufffd")


def test_a_closed_pipe_is_no_failure_worth_a_traceback(shop: Path):
    command = shlex.join([*PALATE, "recommend", str(shop), "--user", "u", "-k", "100"]) + " | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_progress_shows_on_a_terminal_only(run: Any, tmp_path: Path):
    shop = tmp_path / "shop"
    run("init", shop)
    goods = tmp_path / "goods.jsonl"
    goods.write_text("".join(f'{{"item_id": "{n}", "title": "Thing {n}"}}\n' for n in range(50)))
    assert run("import", "items", shop, goods).err == ""
    command = [*PALATE, "import", "items", str(shop), str(goods), "--json"]
    leader, follower = pty.openpty()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=follower)
    os.close(follower)
    shown = os.read(leader, 65536)
    os.close(leader)
    assert b"items" in shown
    assert orjson.loads(done.stdout)["unchanged"] == 50


def test_the_demo_serves_its_shop_on_loopback(demo_shop: Path):
    environment = {**os.environ, "PALATE_PORT": "0"}
    command = [*PALATE, "demo", "--folder", str(demo_shop)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().decode().strip()
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(f"{address}/readyz") as answer:
                assert orjson.loads(answer.read())["items"] > 0
        finally:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_behind_standard_output_is_told(shop: Path):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PALATE, "user", "export", str(shop), "u"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr
