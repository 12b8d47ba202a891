"""The tests themselves: none can hang, and none depends on how the shell was started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INTERRUPTED = "tests/matching/test_stopping.py::test_an_interrupt_before_any_plan_is_an_interrupt"


def test_every_test_has_a_timeout(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.hasplugin("timeout")
    assert 0 < float(pytestconfig.getini("timeout")) <= 600


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_is_heard_where_the_shell_ignores_it() -> None:
    """`(python3 dev.py test &)` in a script, nohup and some CI start programs that ignore SIGINT."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--timeout", "60", INTERRUPTED],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ([], ["-m", "not slow"]),
        (["--slow"], ["-m", "slow"]),
        (["--all"], []),
        (["-x"], ["-m", "not slow"]),
        (["tests/batch/test_kill.py"], []),
    ],
)
def test_dev_chooses_the_fast_tests_or_the_slow_or_all(
    words: list[str], chosen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    import dev

    called: list[str] = []

    def run(_: Path, *words: str) -> int:
        called.extend(words)
        return 0

    monkeypatch.setattr(dev, "run", run)
    assert dev.test(Path(), words) == 0
    rest = [word for word in words if word not in {"--all", "--slow"}]
    assert called == ["python", "-m", "pytest", "-n", "auto", *chosen, *rest]
