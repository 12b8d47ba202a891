"""Write docs/errors.md from the error gallery; --accept rewrites the gallery's expected messages first.

Usage: python tools/make_errors.py [--accept [CASE …]] [--check]
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.errors.gallery import LANGUAGES, Case, cases, run  # noqa: E402 - the project's root is no package

PAGE = ROOT / "docs" / "errors.md"


def accept(case: Case) -> None:
    """Write what a case says now as what it is to say; git shows what changed."""
    for lang in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(case, lang, Path(folder))
        for name, text in outcome.texts.items():
            (case.folder / name).write_bytes(text.encode())
    if (outcome.exit, outcome.codes) != (case.exit, case.codes):
        print(
            f"{case.name}: exit {outcome.exit}, codes {list(outcome.codes)}; case.toml says {case.exit}, {list(case.codes)}"
        )


def main() -> int:
    """Return 1 where --check finds the page not up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--accept", nargs="*", metavar="CASE", help="rewrite expected messages, of all cases or of these"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; say whether docs/errors.md is up to date"
    )
    given = parser.parse_args()
    if given.accept is not None:
        for case in cases():
            if case.runs_here and (not given.accept or case.name in given.accept):
                accept(case)
    return 0


if __name__ == "__main__":
    sys.exit(main())
