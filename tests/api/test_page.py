"""What docs/guides/api.md shows is run, block after block, and prints what it says."""

import contextlib
import io
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```\n+(?:^```text\n(.*?)^```$)?", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_runs_as_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    assert len(BLOCKS) >= 5
    for code, shown in BLOCKS:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/guides/api.md", "exec"), names)  # noqa: S102 - the page's own code
        assert printed.getvalue() == shown, code
