"""How long a text message is, as networks count it: 3GPP TS 23.038 (GSM 03.38)."""

from typing import Final

import polars as pl

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of seven bits."""
EXTENSION: Final = "\f^{}\\[~]|€"
"""Two septets each."""
ONE_PART: Final = {"gsm7": 160, "ucs2": 70}
MORE_PARTS: Final = {"gsm7": 153, "ucs2": 67}
"""Of several parts each loses six bytes to saying which part it is."""


def sms_lengths(text: pl.Expr) -> pl.Expr:
    """Return what messages cost.

    Returns:
        A struct: `alphabet` (String: gsm7, or ucs2 where a character is in neither table), `units` (Int64: septets, or 16-bit units) and
        `parts` (Int64: messages sent). A text that is null or empty has no parts.
    """
    others = _outside(BASIC + EXTENSION)
    doubled = text.str.len_chars() - text.str.replace_all(_inside(EXTENSION), "").str.len_chars()
    septets = (text.str.len_chars() + doubled).cast(pl.Int64)
    # Characters beyond the first 65,536 are pairs in UTF-16; they have four bytes in UTF-8.
    pairs = text.str.len_chars() - text.str.replace_all(r"[\x{10000}-\x{10FFFF}]", "").str.len_chars()
    wide = (text.str.len_chars() + pairs).cast(pl.Int64)
    plain = text.str.contains(others).not_()
    units = pl.when(plain).then(septets).otherwise(wide)
    parts = (
        pl.when(units == 0)
        .then(0)
        .when(units <= pl.when(plain).then(ONE_PART["gsm7"]).otherwise(ONE_PART["ucs2"]))
        .then(1)
        .otherwise((units / pl.when(plain).then(MORE_PARTS["gsm7"]).otherwise(MORE_PARTS["ucs2"])).ceil())
    )
    return pl.struct(
        alphabet=pl.when(plain).then(pl.lit("gsm7")).otherwise(pl.lit("ucs2")),
        units=units.fill_null(0),
        parts=parts.fill_null(0).cast(pl.Int64),
    )


def _inside(characters: str) -> str:
    return f"[{_escaped(characters)}]"


def _outside(characters: str) -> str:
    return f"[^{_escaped(characters)}]"


def _escaped(characters: str) -> str:
    return "".join(f"\\x{{{ord(character):X}}}" for character in characters)
