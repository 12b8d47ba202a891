"""items.yaml: read and checked like tcw.yaml, with all faults told at once, by line."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tcw.errors import TcwError, UsageFault
from tcw.intake.settings.config_faults import config_fault, place_of
from tcw.intake.settings.config_file import all_faults, line_of
from tcw.intake.settings.yaml_text import read_text, shown, shown_path
from tcw.intake.settings.yaml_tree import Node, plain, read_tree
from tcw.model.config.checklist import NO_ITEMS, ItemsFile
from tcw.wording import Phrase


@dataclass(frozen=True, slots=True)
class OwnItems:
    """Own items, and where in the file they stand."""

    content: ItemsFile
    file: str
    root: Node

    def fault(self, loc: tuple[str | int, ...], phrase: Phrase, **facts: object) -> UsageFault:
        """Return a fault about a value of the file, with file, line and key."""
        line, path, _ = place_of(self.root, loc)
        return UsageFault(phrase, file=self.file, line=line, key=shown(path), **facts)


def read_items(path: Path) -> OwnItems:
    """Read own items.

    Raises:
        UsageFault: the file is missing, empty, no YAML, or says what cannot be; ManyFaults when several, in line order.
    """
    file = shown_path(path)
    faults: list[TcwError] = []
    try:
        root = read_tree(file, read_text(path), faults)
    except UsageFault as fault:
        raise all_faults([*faults, fault], file) from None
    if root is None or not isinstance(root.value, dict) or "items" not in root.value:
        raise UsageFault(NO_ITEMS, file=file, line=root.line if root else 1)
    try:
        content = ItemsFile.model_validate(plain(root))
    except ValidationError as error:
        told = [config_fault(file, root, one, ItemsFile) for one in error.errors(include_url=False)]
        raise all_faults(sorted([*faults, *told], key=line_of), file) from None
    if faults:
        raise all_faults(sorted(faults, key=line_of), file)
    return OwnItems(content, file, root)
