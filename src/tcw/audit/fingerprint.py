"""A short text that is the same as long as an item's answer rests on the same evidence."""

import hashlib

import polars as pl

from tcw.audit.item import Answer

CHARACTERS = 16


def fingerprint(answer: Answer) -> str:
    """Return a text of 16 hexadecimal digits over the status and the evidence, whatever the order of its rows."""
    texts = answer.evidence.select(
        pl.col(name).list.join(",") if isinstance(dtype, pl.List) else pl.col(name).cast(pl.String)
        for name, dtype in answer.evidence.schema.items()
    )
    ordered = texts.sort(texts.columns, nulls_last=True) if texts.width else texts
    content = f"{answer.status}\n{','.join(texts.columns)}\n".encode() + ordered.write_csv().encode()
    return hashlib.sha256(content).hexdigest()[:CHARACTERS]
