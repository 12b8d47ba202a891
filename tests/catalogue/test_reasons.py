"""Codes that stand in files people keep: never reused, always documented."""

import re

import untranslated
from make_docs import ROOT

from tcw.intake.rejects import NOT_DATA, REASONS

PAGE = (ROOT / "docs" / "reference" / "reasons.md").read_text("utf-8")
IN_CODE = re.compile(r"IN\d\d")


def test_every_code_is_documented() -> None:
    codes = {phrase.code for phrase in untranslated.phrases() if IN_CODE.fullmatch(phrase.code)}
    assert codes >= {"IN01", "IN51"}
    assert codes == set(re.findall(r"^\| (IN\d\d) \|", PAGE, re.MULTILINE))


def test_every_reason_is_in_the_list() -> None:
    """Rows are rejected with codes below 50, findings have those above."""
    codes = {phrase.code for phrase in untranslated.phrases() if IN_CODE.fullmatch(phrase.code)}
    assert [reason.code for reason in REASONS] == sorted(code for code in codes if code < "IN50")
    assert {reason.code for reason in REASONS} > NOT_DATA


def test_codes_keep_their_meaning() -> None:
    """They stand in rejects.csv of past years: change the words, not what they mean; retire, do not
    renumber."""
    meanings = {reason.code: reason.english for reason in REASONS}
    fixed = {
        "IN02": "empty",
        "IN03": "cannot be read",
        "IN06": "end is before",
        "IN09": "totals",
        "IN11": "seen before",
    }
    assert {code: words in meanings[code] for code, words in fixed.items()} == dict.fromkeys(fixed, True)
