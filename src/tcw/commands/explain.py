"""What each rule means, and the limits in force. Neither reads an export."""

from pathlib import Path

from tcw.intake.settings.config_file import load_config
from tcw.model.config import Config
from tcw.reports.terminal.rules import explained, listed
from tcw.rules.engine.terms import agreements
from tcw.rules.pages import page_named, pages
from tcw.wording import Language


def explanation(code: str, config_file: Path | None, lang: Language, width: int) -> str:
    """Return the page of a rule, by its code or name, with the limits of a tcw.yaml.

    It is at most `width` characters wide. Raises TcwError: there is no such rule, or tcw.yaml is wrong.
    """
    page = page_named(code)
    config = Config() if config_file is None else load_config(config_file)
    return explained(page, agreements(config), lang, width)


def rule_list(lang: Language) -> str:
    """Return all rules, a line each: code, name, severity, source."""
    return listed(pages(), lang)
