"""scenarios.yaml: read and checked like tcw.yaml, with all faults told at once, by line."""

import os.path
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from tcw.errors import TcwError, UsageFault
from tcw.intake.settings.config_faults import config_fault, place_of
from tcw.intake.settings.config_file import all_faults, line_of
from tcw.intake.settings.yaml_text import read_text, shown, shown_path
from tcw.intake.settings.yaml_tree import Node, plain, read_tree
from tcw.model.config.scenarios import NO_SCENARIOS, Scenarios
from tcw.wording import Phrase

MISSING = Phrase(
    "scenarios-missing",
    "{file}: there is no such file; check the path, or begin with one: tcw whatif --starter > {file}",
)


@dataclass(frozen=True, slots=True)
class ScenariosFile:
    """Scenarios, and where in the file they stand."""

    scenarios: Scenarios
    file: str
    root: Node

    def fault(self, loc: tuple[str | int, ...], phrase: Phrase, **facts: object) -> UsageFault:
        """Return a fault about a value of the file, with file, line and key."""
        line, path, _ = place_of(self.root, loc)
        return UsageFault(phrase, file=self.file, line=line, key=shown(path), **facts)


def read_scenarios(path: Path) -> ScenariosFile:
    """Read scenarios.

    Raises:
        UsageFault: the file is missing, empty, no YAML, or says what cannot be; ManyFaults when several, in line order.
    """
    file = shown_path(path)
    if not os.path.lexists(path):
        raise UsageFault(MISSING, file=file)
    faults: list[TcwError] = []
    try:
        root = read_tree(file, read_text(path), faults)
    except UsageFault as fault:
        raise all_faults([*faults, fault], file) from None
    if root is None:
        raise UsageFault(NO_SCENARIOS, file=file, line=1)
    try:
        scenarios = Scenarios.model_validate(plain(root))
    except ValidationError as error:
        told = [config_fault(file, root, one, Scenarios) for one in error.errors(include_url=False)]
        raise all_faults(sorted([*faults, *told], key=line_of), file) from None
    if faults:
        raise all_faults(sorted(faults, key=line_of), file)
    return ScenariosFile(scenarios, file, root)


def starter_text() -> str:
    """Return a scenarios file to begin with."""
    return resources.files("tcw.intake.settings").joinpath("scenarios_starter.yaml").read_text("utf-8")
