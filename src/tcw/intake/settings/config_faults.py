"""Pydantic's errors as faults with file, line, key and what to do."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from tcw.errors import UsageFault
from tcw.intake.settings.yaml_text import shown
from tcw.intake.settings.yaml_tree import Node
from tcw.model.config import Config, Section
from tcw.wording import Phrase

UNKNOWN_KEY = Phrase(
    "config-unknown-key", "{file}, line {line}: {key} is no setting; the settings there are {known}."
)
UNKNOWN_KEY_SIMILAR = Phrase(
    "config-unknown-key-similar",
    "{file}, line {line}: {key} is no setting; did you mean {suggestion}?",
)
MISPLACED_KEY = Phrase(
    "config-misplaced-key",
    "{file}, line {line}: {key} belongs on an indented line below {group}: (remove the # before that "
    "line, too).",
)
NOT_A_GROUP = Phrase(
    "config-not-a-group",
    "{file}, line {line}: {key} needs settings of its own, on indented lines below it (name: value).",
)
NO_SETTINGS = Phrase(
    "config-no-settings",
    "{file}, line {line}: no settings; the file must consist of lines with a name, a colon, a space and "
    "a value.",
)
NOT_A_LIST = Phrase(
    "config-not-a-list", "{file}, line {line}: {key} needs a list, as in [one, two], or a single text."
)
NOT_A_TEXT = Phrase("config-not-a-text", "{file}, line {line}: {key} needs one text, not a list or a group.")
NO_VALUE = Phrase("config-no-value", "{file}, line {line}: {key} has no value.")
NOT_ALLOWED = Phrase("config-not-allowed", '{file}, line {line}: {key} is "{value}"; allowed are {allowed}.')
NOT_ALLOWED_SIMILAR = Phrase(
    "config-not-allowed-similar",
    '{file}, line {line}: {key} is "{value}"; did you mean {suggestion}? Allowed are {allowed}.',
)
UNKNOWN_NAME = Phrase(
    "config-unknown-name", '{file}, line {line}: {key}: there is no "{value}"; allowed are {allowed}.'
)
UNKNOWN_NAME_SIMILAR = Phrase(
    "config-unknown-name-similar",
    '{file}, line {line}: {key}: there is no "{value}"; did you mean {suggestion}? Allowed are {allowed}.',
)
OTHER = Phrase("config-other", '{file}, line {line}: {key} is "{value}", which cannot be used.')

PLAIN = {
    "model_type": NOT_A_GROUP,
    "dict_type": NOT_A_GROUP,
    "list_type": NOT_A_LIST,
    "string_type": NOT_A_TEXT,
}
KEY = "[key]"
"""What pydantic ends the place of an error with when a mapping's key is wrong, not its value."""


def config_fault(file: str, root: Node, error: ErrorDetails, top: type[Section] = Config) -> UsageFault:
    """Return one of pydantic's errors, about a file whose settings are `top`, as a fault."""
    loc, given = error["loc"], error["input"]
    line, path, is_key = place_of(root, loc)
    key = shown(path)
    facts = {"file": file, "line": line, "key": key, "value": shown(given)}
    context: dict[str, Any] = error.get("ctx", {})
    if isinstance(context.get("phrase"), Phrase):
        return UsageFault(context["phrase"], **{**facts, **context["facts"]})
    if error["type"] == "extra_forbidden":
        return _unknown_key(loc, facts, top)
    if error["type"] == "literal_error":
        return _not_allowed(given, re.findall("'([^']*)'", context["expected"]), facts, is_key=is_key)
    phrase = PLAIN.get(error["type"], OTHER)
    if not loc:
        phrase = NO_SETTINGS
    elif given is None:
        phrase = NO_VALUE
    return UsageFault(phrase, **facts)


def _similar(text: object, names: Sequence[str]) -> str | None:
    # A very long text is similar to nothing, and slow to compare.
    if not isinstance(text, str) or len(text) > max(map(len, names), default=0) * 2:
        return None
    return next(iter(get_close_matches(text.lower(), names, n=1)), None)


def _unknown_key(loc: tuple[str | int, ...], facts: dict[str, Any], top: type[Section]) -> UsageFault:
    section = _section(loc[:-1], top)
    known = tuple(field.alias or name for name, field in section.model_fields.items()) if section else ()
    # The group's own line is still commented out, most likely.
    group = _group_with(loc[-1]) if section is Config else None
    if group:
        return UsageFault(MISPLACED_KEY, **facts, group=group)
    similar = _similar(loc[-1], known)
    if similar:
        return UsageFault(UNKNOWN_KEY_SIMILAR, **facts, suggestion=similar)
    return UsageFault(UNKNOWN_KEY, **facts, known=", ".join(known))


def _group_with(key: str | int) -> str | None:
    """Return the first group of settings that has the key."""
    groups = ((name, _section((name,), Config)) for name in Config.model_fields)
    return next((name for name, group in groups if group and key in group.model_fields), None)


def _not_allowed(given: object, allowed: Sequence[str], facts: dict[str, Any], *, is_key: bool) -> UsageFault:
    similar = _similar(given, allowed)
    facts = {**facts, "allowed": ", ".join(allowed)}
    if similar:
        phrase = UNKNOWN_NAME_SIMILAR if is_key else NOT_ALLOWED_SIMILAR
        return UsageFault(phrase, **facts, suggestion=similar)
    return UsageFault(UNKNOWN_NAME if is_key else NOT_ALLOWED, **facts)


def place_of(root: Node, loc: tuple[str | int, ...]) -> tuple[int, str, bool]:
    """Return the line and the dotted name of a place, and whether it is a key that is wrong there."""
    line, path, node = root.line, "", root
    for step in loc:
        if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
            entry = node.value[step]
            line, node = entry.line, entry.node
            path = f"{path}.{step}" if path else step
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.line
            path = f"{path}[{step + 1}]"
        elif step == KEY:
            return line, path.rpartition(".")[0] or path, True
        # A text that stands for a list of one has no steps of its own.
    return line, path, False


def _section(loc: tuple[str | int, ...], top: type[Section]) -> type[Section] | None:
    """Return the section that a place of the file belongs to."""
    kind: object = top
    for step in loc:
        if isinstance(kind, type) and issubclass(kind, Section):
            kind = kind.model_fields[str(step)].annotation
        elif get_origin(kind) in (dict, list):
            kind = get_args(kind)[-1]
        kind = next(_bare(kind), None)
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _bare(kind: object) -> Iterator[object]:
    """Return the types behind Annotated and `| None`."""
    if get_origin(kind) is Annotated:
        yield from _bare(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _bare(one)
    else:
        yield kind
