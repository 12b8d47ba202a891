"""Names say what they name: a class name is defined once, and no pronoun names a function or a column."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "tcw"
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
PRONOUNS = frozenset(
    {
        "found",
        "one",
        "told",
        "place",
        "mine",
        "named",
        "said",
        "made",
        "thing",
        "things",
        "here",
        "there",
        "it",
        "this",
        "that",
        "those",
        "these",
        "others",
        "other",
        "something",
        "anything",
        "theirs",
        "his",
        "her",
        "them",
    }
)
"""Words that tell a reader nothing when they stand alone as a name."""
DIALECT = frozenset(
    {"climb", "climbed", "inside", "pile", "piles", "veil", "ground", "bench", "standing", "weigh", "weighed"}
)
"""Words of our own for what has a textbook word: see docs/developers/glossary.md."""
EVIDENCE = "audit/items/register_extracts.py"
"""Its column `place` stands in the user's file."""
FRAME_METHODS = frozenset({"with_columns", "select", "agg", "rename"})


def test_a_class_name_is_defined_once() -> None:
    places = defaultdict(list)
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_names_are_no_pronouns_and_no_dialect() -> None:
    forbidden = PRONOUNS | DIALECT
    assert [
        f"{path.relative_to(SOURCE)}:{line}: {name}"
        for path, tree in TREES.items()
        for name, line in names_of(tree)
        if name.strip("_").lower() in forbidden
        and (path.relative_to(SOURCE).as_posix(), name) != (EVIDENCE, "place")
    ] == []


def test_modules_say_what_they_hold() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
    assert [str(path.relative_to(SOURCE)) for path in TREES if path.stem in empty] == []


def test_no_folder_is_a_warren() -> None:
    files: dict[Path, int] = defaultdict(int)
    for path in TREES:
        files[path.parent] += 1
    assert {str(folder.relative_to(SOURCE)): number for folder, number in files.items() if number > 40} == {}


def names_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the names of functions, classes, parameters, annotated fields and columns, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
            arguments = node.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                yield argument.arg, argument.lineno
        elif isinstance(node, ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.lineno
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in FRAME_METHODS
        ):
            yield from ((keyword.arg, node.lineno) for keyword in node.keywords if keyword.arg)
