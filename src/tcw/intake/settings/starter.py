"""The commented tcw.yaml that `tcw init` writes.

In the template `##sv` and `##en` begin a comment in that language, `##>` an example that is a whole file by
itself, and a single `#` a setting with its default. Without the two-letter marks it is what the user gets.
"""

import os
import shlex
import subprocess
import sys
from importlib import resources
from pathlib import Path

from tcw.errors import UsageFault
from tcw.intake.settings.yaml_text import shown_path
from tcw.wording import Language, Message, Phrase

EXISTS = Phrase("config-exists", "{file} is already there and stays as it is; add --force to overwrite it.")
NO_FOLDER = Phrase("config-file-no-folder", "{folder} is a file; name a folder.")
NOT_WRITABLE = Phrase("config-not-writable", "{file} cannot be written: {reason}.")
WRITTEN = Phrase("config-written", "Wrote {file}. Put the exports in the folder and run: {command}")

EXAMPLE: dict[Language, str] = {"sv": "Exempel", "en": "Example"}


def starter(lang: Language) -> str:
    """Return a tcw.yaml with comments in the language, whose settings are the defaults."""
    template = resources.files("tcw.intake.settings").joinpath("starter.yaml").read_text("utf-8")
    lines: list[str] = []
    for line in template.splitlines():
        if line.startswith("##> "):
            lines.append(f"## {EXAMPLE[lang]}: {line[4:]}")
        elif line.startswith(f"##{lang} "):
            lines.append(f"## {line[5:]}")
        elif not line.startswith("##"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def scenarios_starter() -> str:
    """Return a scenarios.yaml to begin with."""
    return resources.files("tcw.intake.settings").joinpath("scenarios_starter.yaml").read_text("utf-8")


def write_starter(folder: Path, lang: Language, *, force: bool) -> Message:
    """Write tcw.yaml into a folder, which is made when missing; return what to tell the user.

    Raises UsageFault when the folder has a tcw.yaml or tcw.yml already (unless `force`), or cannot be written
    to.
    """
    from tcw.intake.settings.config_file import NAMES

    if folder.is_file():
        raise UsageFault(NO_FOLDER, folder=shown_path(folder))
    there = [folder / name for name in NAMES if os.path.lexists(folder / name)]
    if there and not force:
        raise UsageFault(EXISTS, file=shown_path(there[0]))
    file = there[0] if there else folder / NAMES[0]
    beside = folder / f".{NAMES[0]}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Written beside and moved into place: a full disk leaves no half of a file, and no lost old one.
        beside.write_text(starter(lang), encoding="utf-8", newline="\n")
        beside.replace(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageFault(NOT_WRITABLE, file=shown_path(file), reason=reason) from None
    finally:
        _remove(beside)
    return Message(WRITTEN, {"file": shown_path(file), "command": _inspect(folder)})


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except (OSError, ValueError):
        # Nothing was written there, or nothing can be done about it.
        return


def _inspect(folder: Path) -> str:
    """Return the command to try next, quoted for the system's shell."""
    words = ["tcw", "inspect", str(folder)]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
