"""docs/reference/config.md: every setting of tcw.yaml, from the JSON schema of its model."""

import re
from collections.abc import Mapping
from typing import Any

from markdown_table import table

from tcw.model.config import Config

INTRODUCTION = """# Settings

`tcw.yaml` beside the exports, or `--config FILE`. Everything can be left out. `tcw init DIR` writes one with every setting,
commented out; `tcw config check FILE` checks it; `tcw config schema` prints its JSON schema for editors.
"""  # noqa: E501 - text


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return in words what a setting may be, from its JSON schema."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if any("pattern" in choice for choice in choices):
        return "share, as `95 %` or `0.95`"
    if {choice.get("type") for choice in choices} == {"number", "string"}:
        return "hours, as `40`, `37.5` or `38:15`"
    if len(choices) == 2 and choices[1].get("items") == choices[0]:  # noqa: PLR2004 - a value, or a list
        return f"one or several of: {kind_of(choices[0])}"
    if choices:
        return " or ".join(kind_of(choice) for choice in choices)
    if words := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return ", ".join(f"`{word}`" for word in words)
    return kind_of_type(schema)


def kind_of_type(schema: Mapping[str, Any]) -> str:
    """Return in words what a setting of one JSON type may be."""
    match "settings" if "$ref" in schema else schema.get("type"):
        case "settings":
            return "the settings below"
        case "boolean":
            return "`true`, `false`"
        case "integer":
            return f"whole number, {schema['minimum']} to {schema['maximum']}"
        case "array":
            return f"list of: {kind_of(schema['items'])}"
        case "object":
            return f"names, each with: {kind_of(schema['additionalProperties'])}"
        case _:
            return "date, as `2026-03-02`" if schema.get("format") == "date" else "text"


def in_force(value: object) -> str:
    """Return a default as tcw.yaml would have it."""
    if value in (None, [], {}, ""):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return ", ".join(f"`{word}`" for word in value)
    return f"`{value}`"


def settings() -> str:
    """Return docs/reference/config.md."""
    schema = Config.model_json_schema()
    groups = schema["$defs"]
    defaults = Config().model_dump(mode="json")
    parts = [INTRODUCTION]

    def group(title: str, schema: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        properties = schema["properties"]
        plain = {key: one for key, one in properties.items() if "$ref" not in one}
        rows = [
            [f"`{key}`", kind_of(one), in_force(values.get(key)), one["description"]]
            for key, one in plain.items()
        ]
        about = "" if title == "tcw.yaml" else f"{schema['description']}\n\n"
        parts.append(f"\n## {title}\n\n{about}" + table(["setting", "may be", "default", "meaning"], rows))
        for key, one in properties.items():
            path = key if title == "tcw.yaml" else f"{title}.{key}"
            if "$ref" in one:
                group(path, groups[one["$ref"].rsplit("/", 1)[-1]], values.get(key) or {})
            inside = re.search(r"'#/\$defs/(\w+)'", str(one.get("additionalProperties")))
            if inside:
                group(f"{path}.*", groups[inside[1]], {})

    group("tcw.yaml", schema, defaults)
    return "".join(parts)
