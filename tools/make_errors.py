"""Make docs/reference/errors.md from the error gallery; --accept rewrites the gallery's expected messages.

Usage: python tools/make_errors.py --accept [CASE …]

tools/make_docs.py writes and checks the page. Cases that need a machine where rights hold are left as they
are when run by root; `setpriv --bounding-set=-dac_override,-dac_read_search python tools/make_errors.py …`
reaches them.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.errors.gallery import LANGUAGES, Case, Language, cases, run  # noqa: E402 - no package

GROUPS: Mapping[str, str] = {
    "source": "The source",
    "files": "Files",
    "tables": "Tables and headers",
    "rows": "Rows",
    "findings": "What else is found in the data",
    "settings": "tcw.yaml",
    "options": "Options and results",
}
"""Group of a case -> its heading, in the page's order."""
INTRODUCTION = """# Errors

What tcw says when something is wrong, word for word, in English and Swedish. Each is a test: the bad input stands in
`tests/errors/`, in a folder named as the heading. Exit code 2 is wrong usage or configuration, 3 unusable input; 1 and 0
are things found on the way.
"""  # noqa: E501 - text


def page() -> str:
    """Return docs/reference/errors.md."""
    known = cases()
    strangers = {case.group for case in known} - set(GROUPS)
    if strangers:
        message = f"tools/make_errors.py has no heading for {strangers}"
        raise ValueError(message)
    parts = [INTRODUCTION]
    for group, heading in GROUPS.items():
        parts.append(f"\n## {heading}\n")
        parts += [_section(case) for case in known if case.group == group]
    return "".join(parts)


def _section(case: Case) -> str:
    """Return a case: when it happens, the command, the words, what to do."""
    command = f"`tcw {case.command}`"
    mend = f"\n{case.mend}\n" if case.mend else ""
    return (
        f"\n### {case.name}\n\n{case.about} {command} ends with exit code {case.exit}.\n\n"
        f"```text\n{''.join(_said(case, lang) for lang in LANGUAGES)}```\n{mend}"
    )


def _said(case: Case, lang: Language) -> str:
    """Return what a case says, and its rejected rows below: what is told nowhere else."""
    texts = case.expected(lang)
    message = texts.pop(f"{lang}.txt")
    return message + "".join(text.removeprefix("\ufeff").replace("\r\n", "\n") for text in texts.values())


def accept(case: Case) -> None:
    """Write what a case says now as what it is to say; git shows what changed."""
    for lang in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(case, lang, Path(folder))
        for name, text in outcome.texts.items():
            (case.folder / name).write_bytes(text.encode())
    if (outcome.exit, outcome.codes) != (case.exit, case.codes):
        print(
            f"{case.name}: exit {outcome.exit}, codes {list(outcome.codes)}; case.toml says {case.exit}, "
            f"{list(case.codes)}"
        )


def main() -> int:
    """Rewrite expected messages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--accept",
        nargs="*",
        metavar="CASE",
        required=True,
        help="rewrite expected messages, of all or of these",
    )
    given = parser.parse_args()
    unknown = set(given.accept) - {case.name for case in cases()}
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    for case in cases():
        if case.runs_here and (not given.accept or case.name in given.accept):
            accept(case)
    return 0


if __name__ == "__main__":
    sys.exit(main())
