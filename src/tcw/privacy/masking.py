"""Hiding personal numbers in what people read: they are never shown unless asked for."""

import re

import polars as pl

PERSONAL_NUMBER = r"\b(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?\d{4}\b"
"""A Swedish personal or coordination number (day + 60), with or without century and hyphen."""
IS_PERSONAL_NUMBER = f"^(?:{PERSONAL_NUMBER})$"
"""A cell that holds a personal number and nothing else."""
MASK = "••••••-••••"


def masked(text: str) -> str:
    """Return the text with what looks like a personal number hidden."""
    return re.sub(PERSONAL_NUMBER, MASK, text)


def masked_text(text: pl.Expr) -> pl.Expr:
    """Return the texts with what looks like a personal number hidden."""
    return text.str.replace_all(PERSONAL_NUMBER, MASK)


def masked_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with what looks like a personal number hidden in all its texts."""
    return frame.with_columns(masked_text(pl.col(pl.String)))
