"""The settings in tcw.yaml: a file to begin with, their schema, and a check of one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tcw.intake.settings.config_file import find_config, load_config
from tcw.intake.settings.starter import write_starter
from tcw.intake.settings.yaml_text import shown_path
from tcw.model.config import Config, settings_in_force
from tcw.wording import Language, Message, Phrase

__all__ = ["CheckedConfig", "checked", "schema", "write_starter"]

VALID = Phrase("config-valid", "{file} is right. Settings in force:")
NONE_FOUND = Phrase("config-none-found", "{file}: no tcw.yaml was found; the defaults are in force.")


@dataclass(frozen=True, slots=True)
class CheckedConfig:
    """A tcw.yaml without faults: what to say of it, the settings in force, and the language it asks for."""

    message: Message
    in_force: Mapping[str, str]
    lang: Language | None


def schema() -> str:
    """Return the JSON schema of tcw.yaml."""
    # Escapes instead of å, ä and ö: Windows shells redirect output in a code page that editors would misread.
    return json.dumps(Config.model_json_schema(), indent=2)


def checked(path: Path) -> CheckedConfig:
    """Read a tcw.yaml, or that of a source. Raises TcwError: see `load_config`."""
    file = find_config(path) if path.is_dir() else path
    config = load_config(file)
    message = Message(VALID if file else NONE_FOUND, {"file": shown_path(file or path)})
    return CheckedConfig(message, settings_in_force(config), config.language)
