"""What tcw says when something is wrong names nobody."""

import re

import pytest

from tcw.privacy.masking import PERSONAL_NUMBER
from tests.errors.gallery import LANGUAGES, Case, cases

NAMES = re.compile(r"\bAnna\b|\bBo Al\b|\bEk\b")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_no_message_names_anybody(case: Case) -> None:
    for lang in LANGUAGES:
        told = case.expected(lang)[f"{lang}.txt"]
        assert not re.search(PERSONAL_NUMBER, told)
        assert not NAMES.search(told)


def test_the_sound_files_have_somebody_to_name() -> None:
    from tests.errors.gallery import HERE

    assert NAMES.search((HERE / "sound" / "personal.csv").read_text("utf-8"))
