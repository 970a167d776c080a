"""The operators' page of experiments and what it is protected by."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import palate
from palate.service.app import create_app


@pytest.fixture(scope="module")
def folder(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("tried") / "shop"))
    config = folder / "palate.toml"
    config.write_text(config.read_text() + '\n[service]\napi_key = "secret"\n')
    edit = folder / "edit.toml"
    edit.write_text("diversity = 0.9\n")
    with palate.open(folder) as shop:
        shop.start_experiment(str(edit), name="variety", share=0.3)
        shop.chat("a lamp", user_id="ann")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(palate.open(folder), closes_shop=True)) as client:
        yield client


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"operator:{password}".encode()).decode()}


BEARER = {"Authorization": "Bearer secret"}


@pytest.mark.parametrize(
    "headers",
    [{}, basic("wrong"), basic(""), {"Authorization": "Basic ???"}, {"Authorization": "Bearer wrong"}],
)
def test_without_the_key_nothing_is_told(client: TestClient, headers: dict[str, str]):
    for path in ("/admin/experiments", "/v1/experiments"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert "variety" not in answer.text
    # a browser asks the person for it on a page
    assert client.get("/admin/experiments").headers["WWW-Authenticate"].startswith("Basic ")
    assert client.get("/v1/experiments").headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/v1/experiments", headers=basic("secret")).status_code == 401


@pytest.mark.parametrize("headers", [BEARER, basic("secret")])
def test_the_page_says_how_it_stands_in_both_languages(client: TestClient, headers: dict[str, str]):
    english = client.get("/admin/experiments", headers=headers)
    assert english.headers["Content-Type"].startswith("text/html")
    assert "unsafe-inline" in english.headers["Content-Security-Policy"]
    assert "It cannot be said yet" in english.text
    assert "1 whose window is still open" in english.text
    by_browser = client.get("/admin/experiments", headers={**headers, "Accept-Language": "zh-CN,zh;q=0.9"})
    by_link = client.get("/admin/experiments?language=zh&name=variety", headers=headers)
    assert "现在还不能下结论" in by_browser.text
    assert by_browser.text == by_link.text
    unknown = client.get("/admin/experiments?name=other", headers=headers)
    assert unknown.status_code == 422
    assert "there is no experiment 'other'" in unknown.json()["detail"]


def test_the_api_tells_the_same(client: TestClient):
    (found,) = client.get("/v1/experiments", headers=BEARER).json()["experiments"]
    assert found["experiment"] == "variety"
    assert found["policy"] == {"diversity": 0.9}
    assert found["people"]["waiting"] == 1
    assert found["winner"] is None


def test_a_shop_without_experiments_says_how_to_start_one(demo_shop: Path, tmp_path: Path):
    folder = Path(shutil.copytree(demo_shop, tmp_path / "shop"))
    with TestClient(create_app(palate.open(folder), closes_shop=True)) as client:
        assert "palate experiment SHOP start" in client.get("/admin/experiments").text
        assert client.get("/v1/experiments").json() == {"experiments": []}
