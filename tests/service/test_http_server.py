"""The service as real processes: ready, in the way of another, killed, several."""

import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any


def test_a_port_in_use_is_told(shop_folder: Path, command: list[str]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = [*command, "serve", str(shop_folder), "--port", str(port)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"palate: port {port} is in use; choose another with --port\n"


def test_acknowledged_events_survive_kill_9_and_a_stop_is_quiet(shop_folder: Path, start: Any):
    with start(shop_folder) as server, server.client() as client:
        item = client.get("/v1/recommendations", params={"user_id": "hal", "k": 1}).json()["items"][0]
        for number in range(20):
            event = {
                "user_id": "hal",
                "item_id": item["item_id"],
                "event_type": "view",
                "timestamp": number + 2e9,
            }
            answer = client.post("/v1/events", json={**event, "event_id": f"hal-{number}"})
            assert answer.json() == {"accepted": 1, "repeats": 0}
        server.process.kill()
        server.process.wait()
    with start(shop_folder) as server, server.client() as client:
        held = client.get("/v1/users/hal/export").json()["events"]
        assert sorted(event["event_id"] for event in held) == sorted(f"hal-{n}" for n in range(20))
        again = client.post("/v1/events", json={**event, "event_id": "hal-19"})
        assert again.json() == {"accepted": 0, "repeats": 1}
        client.close()
        server.process.send_signal(signal.SIGINT)
        rest, _ = server.process.communicate(timeout=60)
        assert rest == b""  # the address was all
        assert server.process.returncode == 130
        (line,) = server.log.read_text().splitlines()  # no more than the start has to say
        assert line.startswith("palate: language model: none")
        assert "change it with language_model" in line


def test_several_workers_share_the_shop_and_add_up_their_counts(shop_folder: Path, start: Any):
    with start(shop_folder, "--workers", "2") as server:
        for number in range(12):  # a connection each, so that both workers get some
            with server.client() as client:
                best = client.get("/v1/recommendations", params={"user_id": "ida", "k": 1}).json()["items"][0]
                event = {"user_id": "ida", "item_id": best["item_id"], "event_type": "dislike"}
                assert client.post("/v1/events", json=event).json()["accepted"] == 1
                left = client.get("/v1/recommendations", params={"user_id": "ida", "k": 100}).json()["items"]
                assert best["item_id"] not in [item["item_id"] for item in left], number
        with server.client() as client:
            counted = client.get("/metrics").text
            assert "palate_events_total 12.0" in counted
        # a supervisor that is killed leaves no worker behind that holds the port
        server.process.kill()
        server.process.wait()
        port = int(server.address.rsplit(":", 1)[1])
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                return
            time.sleep(0.1)
    raise AssertionError("a worker still holds the port")


def test_workers_that_cannot_start_end_the_server(tmp_path: Path, command: list[str]):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "palate.toml").write_text('database = "postgresql://127.0.0.1:1/none?connect_timeout=1"\n')
    line = [*command, "serve", str(broken), "--port", "0", "--workers", "2"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("palate: ")
