"""palate experiment: start, status, stop."""

from pathlib import Path

import pytest


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    path = tmp_path / "edit.toml"
    path.write_text("[weights]\npopularity = 0.0\n")
    return path


def test_start_status_stop(run, shop: Path, edit: Path, tmp_path: Path):
    done = run("experiment", shop, "status")
    assert done.status == 2
    assert "no experiment was started yet" in done.err
    done = run("experiment", shop, "start")
    assert done.status == 2
    assert "--policy" in done.err
    done = run(
        "experiment",
        shop,
        "start",
        "--policy",
        edit,
        "--name",
        "plain",
        "--share",
        "0.2",
        "--hours",
        "2",
        "--json",
    )
    assert done.status == 0, done.err
    assert done.json["experiment"] == "plain"
    assert done.json["running"] is True
    assert (done.json["share"], done.json["window_hours"]) == (0.2, 2.0)
    run("chat", shop, "--user", "ann", "--once", "a lamp")
    html = tmp_path / "page.html"
    done = run("experiment", shop, "status", "--html", html)
    assert done.status == 0, done.err
    assert "plain: running, started" in done.out
    assert "1 whose window is still open" in done.out
    assert "It cannot be said yet" in html.read_text()
    done = run("experiment", shop, "start", "--policy", edit, "--name", "more")
    assert done.status == 2
    assert "'plain' is running" in done.err
    done = run("experiment", shop, "stop", "--json")
    assert done.status == 0, done.err
    assert done.json["running"] is False
    done = run("experiment", shop, "stop")
    assert done.status == 2
    assert "no experiment is running" in done.err
    assert run("experiment", shop, "status", "--name", "other").status == 2


def test_its_help_has_an_example_of_each_step(run):
    out = run("experiment", "--help").out
    for step in ("start --policy weights.toml", "status", "stop"):
        assert f"palate experiment my-shop {step}" in " ".join(out.split())
