"""The made-up notes and findings have no wording of their own in the product."""

import pytest

from tcw.wording.phrase import swedish


@pytest.fixture(autouse=True)
def made_up_wordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(swedish(), "test.note", "Inga röda dagar är angivna för perioden.")
    monkeypatch.setitem(
        swedish(), "test.finding", "{rows} bokningar gäller någon som inte finns i personallistan."
    )
