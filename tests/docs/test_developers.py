"""What developers are told is true: every file that a recipe or the architecture names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tcw"
PLACEHOLDER = re.compile(r"[A-Z_]{4,}")
"""FAMILY, NAME_OF_THE_FAULT, CASE …: whoever follows the recipe puts a name there."""


def test_every_file_of_a_recipe_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    paths = re.findall(r"`((?:src|tests|tools)/[\w./-]+)", text)
    assert len(paths) > 20
    assert [path for path in paths if not PLACEHOLDER.search(path) and not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    "recipe", ["A rule", "A key figure", "A header alias", "An error message", "An item of the"]
)
def test_there_is_a_recipe(recipe: str) -> None:
    assert f"\n### {recipe}" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_file_of_the_architecture_is_there() -> None:
    text = (ROOT / "docs" / "developers" / "architecture.md").read_text("utf-8")
    paths = [path for path in re.findall(r"`([a-z_]+/[\w./]*)`", text) if not path.startswith("tests")]
    assert len(paths) > 15
    assert [path for path in paths if not (SOURCE / path).exists()] == []


def test_the_layers_are_told_as_they_are_held() -> None:
    held = re.findall(r"^layers = \[(.*)\]$", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    layers = " > ".join(re.findall(r'"([^"]+)"', held[0]))
    for page in (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "developers" / "adr" / "0001-layers.md"):
        assert layers in re.sub(r"\s+", " ", page.read_text("utf-8")), page.name
