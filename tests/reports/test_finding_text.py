"""The sentences of findings, in whatever order the findings come."""

import polars as pl
import pytest

from tcw.model.finding import FINDINGS_SCHEMA
from tcw.reports.tables.finding_text import with_messages
from tcw.rules.catalogue import RULES
from tcw.wording import Language

CODES = [rule.code for rule in RULES for _ in range(3)]


def _findings(codes: list[str]) -> pl.DataFrame:
    numbers = pl.int_range(pl.len()).cast(pl.Float64)
    empty = pl.DataFrame(schema=FINDINGS_SCHEMA)
    frame = pl.DataFrame({"code": codes}).with_columns(measured=numbers + 0.5, limit=numbers * 2)
    return pl.concat([empty, frame.with_columns(shortfall=numbers)], how="diagonal")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_by_rule_or_in_disorder_findings_say_the_same(lang: Language) -> None:
    found = _findings(CODES)
    in_order = with_messages(found, RULES, lang)
    disorder = with_messages(found.sample(fraction=1, shuffle=True, seed=3), RULES, lang)
    assert in_order["message"].null_count() == 0
    assert in_order.drop("message").equals(found)
    assert disorder.sort("measured").equals(in_order)
    assert with_messages(found.gather_every(2), RULES, lang).equals(in_order.gather_every(2))


def test_findings_of_other_rules_are_left_out() -> None:
    found = _findings(["IN51", *CODES[:3]])
    assert with_messages(found, RULES, "sv")["code"].to_list() == CODES[:3]
