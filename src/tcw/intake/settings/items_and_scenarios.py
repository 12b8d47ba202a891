"""items.yaml and scenarios.yaml: read and checked like tcw.yaml, with all faults told at once, by line."""

import os.path
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tcw.errors import TcwError, UsageFault
from tcw.intake.settings.config_faults import place_of
from tcw.intake.settings.config_file import checked, tree_of
from tcw.intake.settings.yaml_text import read_text, shown, shown_path
from tcw.intake.settings.yaml_tree import Node
from tcw.model.config import Section
from tcw.model.config.checklist import NO_ITEMS, ItemsFile
from tcw.model.config.scenarios import NO_SCENARIOS, Scenarios
from tcw.wording import Phrase

MISSING = Phrase(
    "scenarios-missing",
    "{file}: there is no such file; check the path, or begin with one: tcw whatif --starter > {file}",
)
Content = TypeVar("Content", bound=Section)


@dataclass(frozen=True, slots=True)
class SettingsFile(Generic[Content]):
    """What a file of settings says, and where in the file each value stands."""

    content: Content
    file: str
    root: Node

    def fault(self, loc: tuple[str | int, ...], phrase: Phrase, **facts: object) -> UsageFault:
        """Return a fault about a value of the file, with file, line and key."""
        line, path, _ = place_of(self.root, loc)
        return UsageFault(phrase, file=self.file, line=line, key=shown(path), **facts)


OwnItems = SettingsFile[ItemsFile]
ScenariosFile = SettingsFile[Scenarios]


def read_items(path: Path) -> OwnItems:
    """Read own items of the checklist.

    Raises:
        UsageFault: the file is missing, empty, no YAML, or says what cannot be; ManyFaults when several, in
            line order.
    """
    file, faults, root = _opened(path)
    if root is None or not isinstance(root.value, dict) or "items" not in root.value:
        raise UsageFault(NO_ITEMS, file=file, line=root.line if root else 1)
    return SettingsFile(checked(file, root, ItemsFile, faults), file, root)


def read_scenarios(path: Path) -> ScenariosFile:
    """Read scenarios of tcw whatif. Raises as `read_items`."""
    if not os.path.lexists(path):
        raise UsageFault(MISSING, file=shown_path(path))
    file, faults, root = _opened(path)
    if root is None:
        raise UsageFault(NO_SCENARIOS, file=file, line=1)
    return SettingsFile(checked(file, root, Scenarios, faults), file, root)


def _opened(path: Path) -> tuple[str, list[TcwError], Node | None]:
    file = shown_path(path)
    faults: list[TcwError] = []
    return file, faults, tree_of(file, read_text(path), faults)
