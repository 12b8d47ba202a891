"""Documents made from the code say what the code does."""

from typing import get_args

import make_docs
import pytest

from tcw.model.tables import Kind

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", make_docs.DOCUMENTS)
def test_a_document_has_not_drifted(name: str) -> None:
    made_with = f"typer {make_docs.typer_version()})"
    if name == "docs/reference/commands.md" and made_with not in (make_docs.ROOT / name).read_text("utf-8"):
        pytest.skip("another version of typer lays out --help otherwise; make check tells")
    assert make_docs.drift(name) == "", f"{name}: run python3 dev.py docs"


def test_drift_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(make_docs.DOCUMENTS, "docs/reference/figures.md", lambda: "# Something else\n")
    assert "+# Something else" in make_docs.drift("docs/reference/figures.md")


def test_every_command_is_there() -> None:
    page = (make_docs.ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    for command in ("kpi", "followup", "inspect", "init", "sample", "config schema", "config check"):
        assert f"\n## tcw {command}\n" in page


def test_every_kind_of_column_is_explained() -> None:
    assert set(make_docs.KINDS) == set(get_args(Kind))


def test_every_setting_is_there() -> None:
    page = (make_docs.ROOT / "docs" / "reference" / "config.md").read_text("utf-8")
    for setting in (
        "normal_week_hours",
        "rate_weighting",
        "below",
        "key_env",
        "break_minutes",
        "half_days",
        "date_order",
    ):
        assert f"| `{setting}` |" in page
    assert "| `max_rejects` | share, as `95 %` or `0.95` | `1 %` |" in page
