"""Set up, try, test and check tcw. Needs only Python 3.11 or later.

    python3 dev.py demo     install tcw and compute the key figures of the shipped example python3 dev.py test
    install tcw with its test tools and run the fast tests; what follows goes to pytest
                            (--slow: the slow ones instead; --all: both)
    python3 dev.py check    format, lint, types, layers and docs: what `make check` runs
    python3 dev.py docs     write the generated documents anew

Everything is installed into .venv beside this file, once, and again when pyproject.toml has changed. With
--here the Python that runs this is used as it is, and nothing is installed. On Windows, write py dev.py.
"""

import sys

# Older Pythons must get as far as this line, so nothing above it may be newer than they are.
if sys.version_info < (3, 11):  # noqa: UP036 - this is where older Pythons are told
    sys.exit(f"tcw needs Python 3.11 or later; this is Python {sys.version.split()[0]} ({sys.executable}).")

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "tcw-installed.txt"
WINDOWS = os.name == "nt"

CHECKS = (
    ("format", "ruff", "format", "--check", "--quiet", "."),
    ("lint", "ruff", "check", "--quiet", "."),
    ("types", "mypy"),
    ("layers", "lint-imports", "--no-logo"),
    ("docs", "python", "tools/make_docs.py", "--check"),
)


def program(name: str, folder: Path) -> str:
    """Return the path of an installed program."""
    return str(folder / (name + ".exe" if WINDOWS else name))


def scripts_of(venv: Path) -> Path:
    """Return the folder of a virtual environment's programs."""
    return venv / ("Scripts" if WINDOWS else "bin")


def wanted(extras: str) -> str:
    """Return what an installation is made of: when this changes, it is made again."""
    made_of = f"{(ROOT / 'pyproject.toml').read_text(encoding='utf-8')}\n{sys.version}\n{ROOT}\n"
    return f"{hashlib.sha256(made_of.encode()).hexdigest()} {extras}"


def holds_tcw() -> bool:
    """Tell whether .venv holds what is wanted, whatever its extras."""
    if not STAMP.is_file() or not Path(program("python", scripts_of(VENV))).exists():
        return False
    return STAMP.read_text(encoding="utf-8").split()[:1] == wanted("").split()


def installed(extras: str) -> bool:
    """Tell whether .venv holds what is wanted; one with the test tools will do for the demo, too."""
    return holds_tcw() and STAMP.read_text(encoding="utf-8").strip() in {
        wanted(extras).strip(),
        wanted("dev"),
    }


def set_up(extras: str) -> Path:
    """Make .venv with tcw in it, unless it is there; return the folder of its programs."""
    scripts = scripts_of(VENV)
    if installed(extras):
        return scripts
    print("Installing tcw into .venv; the first time, this takes a minute or two …", flush=True)
    more = holds_tcw()
    STAMP.unlink(missing_ok=True)
    # What the demo installed needs only the test tools beside it.
    made = None if more else subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made is not None and made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "dev.py: the virtual environment could not be made. On Debian and Ubuntu, install venv first: "
            f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv"
        )
    target = f".[{extras}]" if extras else "."
    pip = [program("python", scripts), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    if subprocess.run([*pip, "--editable", target], cwd=ROOT, check=False).returncode:
        sys.exit(
            "dev.py: pip could not install tcw; what it said stands above. Is the package index within reach?"
        )
    STAMP.write_text(wanted(extras), encoding="utf-8")
    return scripts


def run(scripts: Path, name: str, *words: str) -> int:
    """Run an installed program in the checkout, and show the command; return its exit code."""
    print(f"$ {' '.join((name, *words))}", flush=True)
    # Programs that start others (pytest does) must find those of the same environment.
    found = {**os.environ, "PATH": os.pathsep.join((str(scripts), os.environ.get("PATH", "")))}
    found.pop("PYTHONHOME", None)
    return subprocess.run([program(name, scripts), *words], cwd=ROOT, env=found, check=False).returncode


def demo(scripts: Path) -> int:
    """Compute the key figures of the shipped example."""
    book, page = "kommun.xlsx", "kommun.html"
    code = run(scripts, "tcw", "kpi", "examples/kommun", "--out", book, "--html", page)
    if code == 0:
        print(f"\nOpen the workbook:  {ROOT / book}\nand the page:       {ROOT / page}")
    return code


def test(scripts: Path, words: list[str]) -> int:
    """Run the tests on all processors: the fast ones, with --slow the slow ones, with --all both.

    Other words go to pytest. Tests that the words name by file (tests/batch/test_kill.py) run whether slow or
    not.
    """
    others = [word for word in words if word not in {"--all", "--slow"}]
    speed = "slow" if "--slow" in words else "not slow"
    by_name = any(word.startswith("tests") or word in {"-m", "-k"} for word in others)
    chosen = [] if "--all" in words or by_name else ["-m", speed]
    return run(scripts, "python", "-m", "pytest", "-n", "auto", *chosen, *others)


def check(scripts: Path) -> int:
    """Run every check, also after one has failed, and say which failed."""
    failed = []
    for title, name, *words in CHECKS:
        begun = time.monotonic()
        code = run(scripts, name, *words)
        print(f"{title}: {'FAILED' if code else 'ok'} ({time.monotonic() - begun:.0f} s)\n", flush=True)
        if code:
            failed.append(title)
    print(f"check: FAILED: {', '.join(failed)}" if failed else "check: all is well")
    return 1 if failed else 0


def main(words: list[str]) -> int:
    """Do what the words say; return the exit code."""
    here = "--here" in words
    task, *rest = [word for word in words if word != "--here"] or ["help"]
    if task not in {"demo", "test", "check", "docs"}:
        print(__doc__)
        return 0 if task in {"help", "-h", "--help"} else 2
    scripts = Path(sys.executable).parent if here else set_up("" if task == "demo" else "dev")
    if task == "demo":
        return demo(scripts)
    if task == "test":
        return test(scripts, rest)
    if task == "docs":
        return run(scripts, "python", "tools/make_docs.py")
    return check(scripts)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
