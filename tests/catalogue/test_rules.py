"""Every rule is documented, cited, translated, and has a flagged and a clean case."""

import importlib
import inspect
import re
import string
from dataclasses import fields

import pytest

from tcw.model.config import Agreement, RuleSettings
from tcw.model.tables import TABLES
from tcw.rules.catalogue import RETIRED, RULES
from tcw.rules.codes import FAMILIES
from tcw.rules.engine.terms import Terms
from tcw.rules.pages import pages
from tcw.rules.rule import Rule
from tests.rules.cases import FOLDER, cases

CASES = cases()
PROMISED = (
    *(f"WT{number:02d}" for number in range(1, 15)),
    *(f"PL{number:02d}" for number in range(1, 3)),
    *(f"AG{number:02d}" for number in range(1, 6)),
    *(f"BK{number:02d}" for number in range(1, 11)),
    *(f"ST{number:02d}" for number in range(1, 9)),
)
PLACES = {"measured", "limit", "shortfall", "subject", "agreement"}


def test_all_that_is_promised_is_there_in_order() -> None:
    assert tuple(rule.code for rule in RULES) == PROMISED


def test_codes_and_names_are_used_once() -> None:
    codes, names = [rule.code for rule in RULES], [rule.name for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert set(codes) & set(RETIRED) == set()
    assert {rule.family for rule in RULES} <= set(FAMILIES)


FOLDERS = {
    "WT": "working_time",
    "PL": "planning",
    "AG": "agreements",
    "BK": "bookings",
    "ST": "settings",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_one_file_in_the_folder_of_its_family(rule: Rule) -> None:
    module = importlib.import_module(rule.judge.__module__)
    assert module.__name__ == f"tcw.rules.{FOLDERS[rule.family]}.{rule.name.replace('-', '_')}"
    assert module.RULE is rule
    page = inspect.cleandoc(module.__doc__ or "")
    assert len(page) > 120, "its docstring is its page"
    assert page.split("\n\n")[0].rstrip().endswith("."), "the first paragraph says what is flagged"
    assert rule.source


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_speaks_both_languages(rule: Rule) -> None:
    for phrase in (rule.label, rule.message):
        assert phrase.code in {f"rule.{rule.code}", f"rule.{rule.code}.message"}
        assert phrase.template("sv") != phrase.english, "not translated"
        places = [
            {place for _, place, _, _ in string.Formatter().parse(phrase.template(lang)) if place}
            for lang in ("en", "sv")
        ]
        assert places[0] <= PLACES
        assert places[1] <= PLACES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_names_what_it_goes_by(rule: Rule) -> None:
    assert set(rule.terms) <= {field.name for field in fields(Terms)}
    assert set(rule.settings) <= set(RuleSettings.model_fields)
    assert set(rule.needs) <= set(TABLES)
    # docs/reference/rules/README.md and tcw explain say what a limit is in the words of the setting.
    untold = [term for term in rule.terms if not Agreement.model_fields[term].description]
    assert untold == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_a_flagged_and_a_clean_case(rule: Rule) -> None:
    mine = [case for case in CASES if case.rule == rule.code]
    kinds = {re.split(r"[:\s]", case.title)[0] for case in mine}
    assert {"Flagged", "Clean"} <= kinds
    flagged = [case for case in mine if case.title.startswith("Flagged")]
    assert all(len(case.blocks["findings"].splitlines()) > 1 for case in flagged)
    clean = [case for case in mine if case.title.startswith("Clean")]
    assert all(len(case.blocks["findings"].splitlines()) == 1 for case in clean)


def test_every_file_of_cases_is_a_rules() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {rule.name.replace("-", "_") for rule in RULES}


def test_every_limit_and_setting_is_gone_by() -> None:
    used = {term for rule in RULES for term in rule.terms}
    told = {"code", "name", "ignores", "decision", "decision_from", "decision_to", "for_assistant"}
    assert {field.name for field in fields(Terms)} - used - told == set()
    settings = {name for rule in RULES for name in rule.settings}
    assert set(RuleSettings.model_fields) - settings - {"agreement", "select", "ignore"} == set()


def test_tcw_explain_has_every_page() -> None:
    assert [page.code for page in pages() if page.family != "IN"] == [rule.code for rule in RULES]
