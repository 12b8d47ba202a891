"""YAML text as a tree of texts that know their lines.

PyYAML parses to events, and the tree is built here, because its own composer has no limits on depth, aliases
or duplicate keys, and because no value is to be resolved: `07:00`, `0730`, `no` and `002` stay what was
written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from tcw.errors import TcwError, UsageFault
from tcw.intake.settings.yaml_text import CONTROL, NOT_PRINTABLE, shown
from tcw.wording import Phrase
from tcw.wording.quantities import Count

TAB = Phrase(
    "config-tab", "{file}, line {line}: a tab; indent with spaces, and put a space after a colon, not a tab."
)
NEEDS_QUOTES = Phrase(
    "config-needs-quotes",
    "{file}, line {line}, column {column}: text that starts with {character} needs quotes around it, as "
    'in "{character}…".',
)
STRAY_COLON = Phrase(
    "config-stray-colon",
    "{file}, line {line}, column {column}: a colon may not stand here: either the line above lacks one, "
    "or the indentation differs, or text with a colon in it needs quotes.",
)
NO_COLON = Phrase("config-no-colon", "{file}, line {line}: a key without a colon and a space after it.")
NO_KEY = Phrase("config-no-key", "{file}, line {line}: a colon without a key before it.")
MISPLACED = Phrase(
    "config-misplaced",
    "{file}, line {line}, column {column}: this does not fit the lines above; indent the keys of a group "
    "alike.",
)
OPEN_BRACKET = Phrase(
    "config-open-bracket",
    "{file}, line {line}, column {column}: what {character} opens here is not closed, or a comma is "
    "missing in it.",
)
OPEN_QUOTE = Phrase(
    "config-open-quote",
    "{file}, line {line}, column {column}: the quote that {character} opens here is not closed.",
)
BACKSLASH = Phrase(
    "config-backslash",
    "{file}, line {line}, column {column}: a backslash inside double quotes; write the text within "
    "single quotes instead.",
)
NOT_YAML = Phrase(
    "config-not-yaml",
    "{file}, line {line}, column {column}: cannot be read as YAML from here on; check indentation, "
    "colons, quotes and brackets.",
)
TAG = Phrase(
    "config-tag",
    "{file}, line {line}: {tag} is a YAML tag, which tcw.yaml has no use for; remove it, or put quotes "
    "around it.",
)

# What is told of which problem, and whether the place is where it began (its context) or where it was
# noticed.
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


TOO_DEEP = Phrase(
    "config-too-deep",
    "{file}, line {line}: groups inside groups more than {limit} deep; is it the right file?",
)
TOO_MANY = Phrase(
    "config-too-many",
    "{file}, line {line}: more than {limit} values, counting what aliases (*name) repeat; is it the "
    "right file?",
)
LOOP = Phrase(
    "config-loop", "{file}, line {line}: the alias *{name} stands inside what it stands for; write it out."
)
NO_ANCHOR = Phrase(
    "config-no-anchor",
    "{file}, line {line}: there is no &{name} above for *{name}; put quotes around text that starts with *.",
)
SECOND_DOCUMENT = Phrase(
    "config-second-document",
    "{file}, line {line}: a second document begins here (---); keep one, and remove the line.",
)
DUPLICATE = Phrase(
    "config-duplicate", "{file}, line {line}: {key} was already set in line {first}; keep one of the two."
)
NO_TEXT_KEY = Phrase(
    "config-no-text-key", "{file}, line {line}: a list or a group cannot be a key; write a text."
)
MERGE = Phrase(
    "config-merge", "{file}, line {line}: << does not merge groups in tcw.yaml; write the settings out."
)
EMPTY_IN_BRACES = Phrase(
    "config-empty-in-braces",
    "{file}, line {line}: {key} has no value; inside {{ }} put a value with a comma within quotes, as in "
    '"7,5", and a space after a colon.',
)

DEEPEST = 20
MOST_NODES = 50_000
NULLS = frozenset(("", "~", "null", "Null", "NULL"))


@dataclass(slots=True)
class Node:
    """A value, and the line it begins in."""

    line: int
    value: "str | list[Node] | dict[str, Entry] | None"
    size: int = 1
    height: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's line and its value."""

    line: int
    node: Node


def read_tree(file: str, text: str, faults: list[TcwError]) -> Node | None:
    """Return the root, or None of an empty document.

    Faults one can read on after (duplicate keys, tags) are added to `faults`; others raise UsageFault.
    """
    builder = _Builder(file, faults)
    try:
        for event in _events(text):
            builder.take(event)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise syntax_fault(file, text, error) from None
    return builder.root


def plain(node: Node) -> object:
    """Return the tree as dicts, lists, texts and None."""
    if isinstance(node.value, dict):
        return {key: plain(entry.node) for key, entry in node.value.items()}
    if isinstance(node.value, list):
        return [plain(one) for one in node.value]
    return node.value


def _events(text: str) -> Iterator[yaml.Event]:
    # The loader in C words its complaints otherwise, and is not in every wheel.
    yield from yaml.parse(text, Loader=yaml.SafeLoader)


@dataclass(slots=True)
class _Open:
    """A list or group that is not closed yet."""

    node: Node
    anchor: str | None
    braces: bool = False
    key: str | None = None
    key_line: int = 0
    skip: bool = False  # the next value belongs to a key that was refused
    awaits_value: bool = False


@dataclass(slots=True)
class _Builder:
    file: str
    faults: list[TcwError]
    root: Node | None = None
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    documents: int = 0
    nodes: int = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event to the tree."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self._fault(SECOND_DOCUMENT, line)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.AliasEvent():
                self._alias(event.anchor or "", line)
            case yaml.CollectionStartEvent():
                self._begin(event, line)
            case yaml.CollectionEndEvent():
                done = self.open.pop()
                self._keep(done.anchor, done.node)
                self._attach(done.node)

    def _fault(self, phrase: Phrase, line: int, **facts: object) -> UsageFault:
        return UsageFault(phrase, file=self.file, line=line, **facts)

    def _tell(self, phrase: Phrase, line: int, **facts: object) -> None:
        self.faults.append(self._fault(phrase, line, **facts))

    def _count(self, size: int, height: int, line: int) -> None:
        self.nodes += size
        if self.nodes > MOST_NODES:
            raise self._fault(TOO_MANY, line, limit=Count(MOST_NODES))
        if len(self.open) + height > DEEPEST:
            raise self._fault(TOO_DEEP, line, limit=DEEPEST)

    def _keep(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self.anchors[anchor] = node

    def _check_tag(self, tag: str | None, line: int) -> None:
        if tag is not None:
            self._tell(TAG, line, tag=shown(tag.replace("tag:yaml.org,2002:", "!!")))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self._count(1, 0, line)
        self._check_tag(event.tag, line)
        text = event.value
        if odd := NOT_PRINTABLE.search(text):
            self._tell(CONTROL, line, character=f"U+{ord(odd.group()):04X}")
            text = NOT_PRINTABLE.sub("?", text)
        within = self.open[-1] if self.open else None
        if within is not None and isinstance(within.node.value, dict) and not within.awaits_value:
            self._begin_key(within, text, line, bare=event.style is None)
            return
        bare = event.style is None
        if bare and not text and within is not None and within.braces and not within.skip:
            self._tell(EMPTY_IN_BRACES, within.key_line, key=shown(within.key))
            within.skip = True
            # `{a: 7,5}` is a: 7 and an empty 5: half a value would only bring a second fault.
            if isinstance(within.node.value, dict) and within.node.value:
                within.node.value.popitem()
        node = Node(line, None if bare and text in NULLS else text)
        self._keep(event.anchor, node)
        self._attach(node)

    def _begin_key(self, group: _Open, text: str, line: int, *, bare: bool) -> None:
        assert isinstance(group.node.value, dict)
        group.key, group.key_line, group.skip, group.awaits_value = text, line, False, True
        first = group.node.value.get(text)
        if first is not None:
            self._tell(DUPLICATE, line, key=shown(text), first=first.line)
        elif text == "<<":
            self._tell(MERGE, line)
        elif not text and bare:
            self._tell(NO_KEY, line)
        else:
            return
        group.skip = True

    def _begin(self, event: yaml.CollectionStartEvent, line: int) -> None:
        self._count(1, 1, line)
        self._check_tag(event.tag, line)
        group = isinstance(event, yaml.MappingStartEvent)
        node = Node(line, {} if group else [])
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
        self.open.append(_Open(node, event.anchor, braces=group and bool(event.flow_style)))

    def _alias(self, name: str, line: int) -> None:
        target = self.anchors.get(name)
        if target is None:
            inside = any(one.anchor == name for one in self.open)
            raise self._fault(LOOP if inside else NO_ANCHOR, line, name=shown(name))
        self._count(target.size, target.height, line)
        self._attach(target)

    def _attach(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        within = self.open[-1]
        parent = within.node
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict):
            if not within.awaits_value:
                self._tell(NO_TEXT_KEY, node.line)
                within.skip = within.awaits_value = True
                return
            if not within.skip and within.key is not None:
                parent.value[within.key] = Entry(within.key_line, node)
            within.awaits_value = within.skip = False
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
