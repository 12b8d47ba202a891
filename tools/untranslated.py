"""List phrases without Swedish wording, Swedish wording without a phrase, and places that differ.

Phrases are found in the source, not in loaded modules: many stand inside the functions that say them.
"""

import ast
import string
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tcw"
SWEDISH = SOURCE / "wording" / "sv"


@dataclass(frozen=True, slots=True)
class Written:
    """A phrase as it stands in the source."""

    code: str
    english: str
    where: str


def phrases() -> list[Written]:
    """Return every `Phrase("code", "English")` of the source, in order of files and lines.

    Raises ValueError for one whose words are put together at run time: nobody could translate it.
    """
    return [phrase for file in sorted(SOURCE.rglob("*.py")) for phrase in _within(file)]


def _within(file: Path) -> Iterator[Written]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Phrase"):
            continue
        where = f"{file.relative_to(SOURCE.parent)}:{node.lineno}"
        words = [word.value for word in node.args if isinstance(word, ast.Constant)]
        match words:
            case [str(code), str(english)]:
                yield Written(code, english, where)
            case _:
                message = f"{where}: a phrase is two plain texts, code and English"
                raise ValueError(message)


def swedish() -> list[tuple[str, str, str]]:
    """Return code, text and file of every Swedish wording, also of codes that stand in two files."""
    return [
        (code, text, file.name)
        for file in sorted(SWEDISH.glob("*.toml"))
        for code, text in tomllib.loads(file.read_text("utf-8")).items()
    ]


def places(text: str) -> set[str]:
    """Return the named places of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def faults() -> list[str]:
    """Return what is wrong, a line each."""
    known = {phrase.code: phrase for phrase in phrases()}
    wordings = {code: text for code, text, _ in swedish()}
    twice = [code for code, number in Counter(code for code, _, _ in swedish()).items() if number > 1]
    others = [
        f"two meanings: {phrase.code}: {phrase.where}, {known[phrase.code].where}"
        for phrase in phrases()
        if phrase.english != known[phrase.code].english
    ]
    return [
        *(f"no Swedish: {code}: {known[code].english}" for code in sorted(known.keys() - wordings.keys())),
        *(f"no phrase: {code}" for code in sorted(wordings.keys() - known.keys())),
        *(
            f"places differ: {code}"
            for code in sorted(known.keys() & wordings.keys())
            if places(known[code].english) != places(wordings[code])
        ),
        *(f"two Swedish wordings: {code}" for code in sorted(twice)),
        *others,
    ]


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    wrong = faults()
    print("\n".join(wrong) or "every phrase has its Swedish")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
