"""docs/reference/scenarios.md: every measure of a scenarios file, from the JSON schema of its model."""

from collections.abc import Mapping
from typing import Any

from markdown_table import table
from settings_doc import in_force, kind_of

from tcw.model.config.scenarios import MEASURES, Scenarios

INTRODUCTION = """# Scenarios

What a scenarios file of `tcw whatif` may say; how to read the answer is told in [What if](../guides/what-if.md). `tcw whatif --starter` prints a file to begin
with. A scenario has a name and one or more measures, which are taken together. Names are compared without regard to capitals; what the source does
not have is refused, with the line. Where a measure may be about several groups, write one group or a list of them.
"""  # noqa: E501 - text
GROUPED = {
    "include": "Include",
    "part_time": "PartTime",
    "windows": "Windows",
    "add_competences": "AddCompetences",
    "agreement": "FollowAgreement",
}
"""Measures with settings of their own, and their sections."""


def scenarios() -> str:
    """Return docs/reference/scenarios.md."""
    sections: Mapping[str, Any] = Scenarios.model_json_schema(by_alias=True)["$defs"]
    measures = sections["Scenario"]["properties"]
    rows = [[f"`{name}`", _written(name), measures[name]["description"]] for name in MEASURES]
    parts = [INTRODUCTION, "\n## Measures\n\n", table(["measure", "is", "meaning"], rows)]
    for name, section in GROUPED.items():
        about = sections[section]
        needed = about.get("required", [])
        settings = [
            [
                f"`{key}`",
                kind_of(one),
                "needed" if key in needed else in_force(one.get("default")),
                one["description"],
            ]
            for key, one in about["properties"].items()
        ]
        parts.append(
            f"\n## {name}\n\n{about['description']}\n\n"
            + table(["setting", "may be", "default", "meaning"], settings)
        )
    return "".join(parts)


def _written(name: str) -> str:
    if name == "limits":
        return "limits, as under `agreements:` in [tcw.yaml](config.md)"
    return f"the settings [below](#{name})" if name in GROUPED else "list of: text"
