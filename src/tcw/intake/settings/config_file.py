"""tcw.yaml: found, read and checked, with all faults told at once."""

import os.path
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tcw.errors import ManyFaults, TcwError, UsageFault
from tcw.intake.settings.config_faults import config_fault
from tcw.intake.settings.yaml_text import read_text, shown_path
from tcw.intake.settings.yaml_tree import Node, plain, read_tree
from tcw.model.config import Config, Section
from tcw.wording import Phrase
from tcw.wording.quantities import Count

TWO_FILES = Phrase("config-two-files", "{first} and {second} are both there; keep one of them.")
MORE = Phrase("config-more", "{file}: {number} more faults; correct these first.")

NAMES = ("tcw.yaml", "tcw.yml")
MOST_FAULTS = 50
Checked = TypeVar("Checked", bound=Section)


def load_config(path: Path | None) -> Config:
    """Return the settings of a tcw.yaml; the defaults without one, and of an empty file.

    Raises UsageFault (exit 2), as ManyFaults when there are several: every fault of the file at once, in line
    order. A relative `privacy.key_file` is taken from the folder of the file.
    """
    if path is None:
        return Config()
    return _with_key_file(config_of(shown_path(path), read_text(path)), path)


def config_of(file: str, text: str) -> Config:
    """Return the settings of a tcw.yaml's text; `file` is what messages call it. Raises as `load_config`."""
    faults: list[TcwError] = []
    root = tree_of(file, text, faults)
    if root is not None:
        return checked(file, root, Config, faults)
    if faults:
        raise _all_faults(sorted(faults, key=line_of), file)
    return Config()


def tree_of(file: str, text: str, faults: list[TcwError]) -> Node | None:
    """Return the tree of a YAML text, None if it is empty; add to `faults` those that one can read on after.

    Raises UsageFault, with the faults found before it, where nothing that follows can be judged.
    """
    try:
        return read_tree(file, text, faults)
    except UsageFault as fault:
        raise _all_faults([*faults, fault], file) from None


def checked(file: str, root: Node, top: type[Checked], faults: Sequence[TcwError]) -> Checked:
    """Return a file's tree as settings of the type `top`. Raises all faults at once, earlier ones too."""
    untold = 0
    try:
        settings = top.model_validate(plain(root))
    except ValidationError as error:
        errors = error.errors(include_url=False)
        faults = [*faults, *(config_fault(file, root, one, top) for one in errors[:MOST_FAULTS])]
        untold = len(errors[MOST_FAULTS:])
    if faults:
        raise _all_faults(sorted(faults, key=line_of), file, untold)
    return settings


def find_config(source: Path) -> Path | None:
    """Return the tcw.yaml (or tcw.yml) in a source folder, else the one beside the source; None without any.

    Raises UsageFault when a folder has both.
    """
    beside = source.parent if source.name not in ("", "..") else source.resolve().parent
    for folder in (source, beside):
        # os.path.lexists: a broken link is told of when it is read, and a folder we may not look into has
        # none.
        found = [folder / name for name in NAMES if os.path.lexists(folder / name)]
        if len(found) > 1:
            raise UsageFault(TWO_FILES, first=shown_path(found[0]), second=shown_path(found[1]))
        if found:
            return found[0]
    return None


def line_of(fault: TcwError) -> int:
    """Return the line a fault is about; 0 where it is about none."""
    line = fault.facts.get("line", 0)
    return line if isinstance(line, int) else 0


def _all_faults(faults: list[TcwError], file: str, untold: int = 0) -> TcwError:
    """Return one fault as itself and several as one; more than a screen of them helps nobody."""
    if len(faults) == 1:
        return faults[0]
    told = faults[:MOST_FAULTS]
    untold += len(faults) - len(told)
    if untold:
        told.append(UsageFault(MORE, file=file, number=Count(untold)))
    return ManyFaults(told)


def _with_key_file(config: Config, path: Path) -> Config:
    key_file = config.privacy.key_file
    if key_file is None:
        return config
    # Joining leaves an absolute path as it is.
    privacy = config.privacy.model_copy(update={"key_file": str(path.parent / key_file)})
    return config.model_copy(update={"privacy": privacy})
