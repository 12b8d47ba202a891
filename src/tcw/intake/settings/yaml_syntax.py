"""PyYAML's complaints, told in words that help somebody who edits a file twice a year."""

import yaml

from tcw.errors import UsageFault
from tcw.intake.settings.yaml_text import shown
from tcw.wording import Phrase

TAB = Phrase(
    "config-tab", "{file}, line {line}: a tab; indent with spaces, and put a space after a colon, not a tab."
)
NEEDS_QUOTES = Phrase(
    "config-needs-quotes",
    '{file}, line {line}, column {column}: text that starts with {character} needs quotes around it, as in "{character}…".',
)
STRAY_COLON = Phrase(
    "config-stray-colon",
    "{file}, line {line}, column {column}: a colon may not stand here: either the line above lacks one, or the indentation differs, or text with a colon in it needs quotes.",
)
NO_COLON = Phrase("config-no-colon", "{file}, line {line}: a key without a colon and a space after it.")
NO_KEY = Phrase("config-no-key", "{file}, line {line}: a colon without a key before it.")
MISPLACED = Phrase(
    "config-misplaced",
    "{file}, line {line}, column {column}: this does not fit the lines above; indent the keys of a group alike.",
)
OPEN_BRACKET = Phrase(
    "config-open-bracket",
    "{file}, line {line}, column {column}: what {character} opens here is not closed, or a comma is missing in it.",
)
OPEN_QUOTE = Phrase(
    "config-open-quote",
    "{file}, line {line}, column {column}: the quote that {character} opens here is not closed.",
)
BACKSLASH = Phrase(
    "config-backslash",
    "{file}, line {line}, column {column}: a backslash inside double quotes; write the text within single quotes instead.",
)
NOT_YAML = Phrase(
    "config-not-yaml",
    "{file}, line {line}, column {column}: cannot be read as YAML from here on; check indentation, colons, quotes and brackets.",
)
TAG = Phrase(
    "config-tag",
    "{file}, line {line}: {tag} is a YAML tag, which tcw.yaml has no use for; remove it, or put quotes around it.",
)

# What is told of which problem, and whether the place is where it began (its context) or where it was noticed.
STARTS_HERE = True
BY_CONTEXT = {
    "while scanning an alias": (NEEDS_QUOTES, STARTS_HERE),
    "while scanning an anchor": (NEEDS_QUOTES, STARTS_HERE),
    "while scanning a block scalar": (NEEDS_QUOTES, STARTS_HERE),
    "while scanning a double-quoted scalar": (BACKSLASH, not STARTS_HERE),
    "while scanning a quoted scalar": (OPEN_QUOTE, STARTS_HERE),
    "while parsing a flow sequence": (OPEN_BRACKET, STARTS_HERE),
    "while parsing a flow mapping": (OPEN_BRACKET, STARTS_HERE),
    "while scanning a simple key": (NO_COLON, STARTS_HERE),
    "while parsing a block mapping": (MISPLACED, not STARTS_HERE),
    "while parsing a block collection": (MISPLACED, not STARTS_HERE),
}
BY_PROBLEM = {
    "mapping values are not allowed here": STRAY_COLON,
    "sequence entries are not allowed here": MISPLACED,
}
QUOTED = frozenset("%@`,*&>|]}")


def syntax_fault(file: str, text: str, error: yaml.YAMLError | ValueError | OverflowError) -> UsageFault:
    """Return what is wrong, and where: lines and columns count from 1."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        # PyYAML lets chr() and int() fail over impossible escapes and versions, without saying where.
        return UsageFault(NOT_YAML, file=file, line=1, column=1)
    phrase, begins = BY_CONTEXT.get(
        error.context or "", (BY_PROBLEM.get(error.problem or "", NOT_YAML), not STARTS_HERE)
    )
    mark = error.context_mark if begins and error.context_mark else error.problem_mark
    place = {"file": file, "line": mark.line + 1}
    lines = text.splitlines()
    here = lines[mark.line] if mark.line < len(lines) else ""
    character = here[mark.column : mark.column + 1]
    if "\t" in here[: len(here) - len(here.lstrip())] or character == "\t":
        return UsageFault(TAB, **place)
    if phrase is MISPLACED and character == ":":
        phrase = NO_KEY
    if phrase is NOT_YAML and character in QUOTED and character:
        phrase = NEEDS_QUOTES
    if "tag" in (error.problem or "") or "tag" in (error.context or ""):
        return UsageFault(TAG, **place, tag=shown(here[mark.column :].split(" ")[0]))
    return UsageFault(phrase, **place, column=mark.column + 1, character=character)
