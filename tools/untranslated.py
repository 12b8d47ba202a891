"""List phrases without Swedish wording, Swedish wording without a phrase, and places that differ."""

import importlib
import pkgutil
import string
import sys

import tcw
from tcw.wording import Phrase
from tcw.wording.phrase import swedish


def phrases() -> dict[str, Phrase]:
    """Return every Phrase that is a constant of a module of tcw, by code."""
    found: dict[str, Phrase] = {}
    for module in pkgutil.walk_packages(tcw.__path__, "tcw."):
        if module.name == "tcw.__main__":
            continue
        for value in vars(importlib.import_module(module.name)).values():
            for phrase in _within(value):
                found[phrase.code] = phrase
    return found


def _within(value: object) -> list[Phrase]:
    if isinstance(value, Phrase):
        return [value]
    if isinstance(value, dict):
        return [phrase for inner in value.values() for phrase in _within(inner)]
    if isinstance(value, tuple | list):
        return [phrase for inner in value for phrase in _within(inner)]
    slots = getattr(type(value), "__dataclass_fields__", None)
    if slots and not isinstance(value, type):
        return [phrase for name in slots for phrase in _within(getattr(value, name, None))]
    return []


def places(text: str) -> set[str]:
    """Return the named places of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    known, wordings = phrases(), swedish()
    wrong = [f"no Swedish: {code}: {phrase.english}" for code, phrase in known.items() if code not in wordings]
    wrong += [f"no phrase: {code}" for code in wordings if code not in known]
    wrong += [
        f"places differ: {code}"
        for code, phrase in known.items()
        if code in wordings and places(phrase.english) != places(wordings[code])
    ]
    print("\n".join(sorted(wrong)) or "every phrase has its Swedish")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
