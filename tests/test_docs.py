"""What the documentation says must be so."""

import re
import tomllib
from pathlib import Path

import palate
from palate.settings import reference

ROOT = Path(__file__).parent.parent


def test_every_setting_is_documented_as_it_is():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == reference(), (
        "write it anew: python -m palate.settings > docs/settings.md"
    )


def test_every_direct_dependency_has_a_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [
        *project["project"]["dependencies"],
        *(one for extra in project["project"]["optional-dependencies"].values() for one in extra),
        *(one for group in project["dependency-groups"].values() for one in group),
    ]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    missing = [name for one in named if f"`{(name := re.split(r'[^A-Za-z0-9._-]', one)[0])}`" not in text]
    assert not missing


def test_the_public_names_are_there_and_nothing_else_is_promised():
    for name in palate.__all__:
        assert getattr(palate, name) is not None
    assert dir(palate) == sorted(palate.__all__)


def test_both_readmes_have_the_same_sections_and_commands():
    def commands(name: str) -> list[str]:
        blocks = re.findall(r"```(?:sh|python)\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
        # comments and quoted text are in the reader's language, commands are not
        return [
            re.sub(r"#.*|\"[^\"]*\"", "", line).split() for block in blocks for line in block.splitlines()
        ]

    assert commands("README.md") == commands("README.zh.md")
