"""Repeatable chance: a hash of the seed, the name of the question and the row's own keys.

A random number generator would tie the result to a library's version, to the order of rows and to the number of
threads; a hash of a row's keys does not. The mixing is MurmurHash3's 64-bit finaliser, in Polars expressions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

_MASK = (1 << 64) - 1
_FIRST = 0xFF51AFD7ED558CCD
_SECOND = 0xC4CEB9FE1A85EC53
_GOLDEN = 0x9E3779B97F4A7C15
_SHIFT = 33

Key = pl.Expr | int


@dataclass(frozen=True, slots=True)
class Dice:
    """All chance of one sample. Keys are non-negative integers: a column or one number."""

    seed: int

    def roll(self, question: str, *keys: Key) -> pl.Expr:
        """Return UInt64, uniform over all its values, for a question asked of every row's keys."""
        mixed = _literal(self._start(question))
        for key in keys:
            part = _literal((key * _GOLDEN) & _MASK) if isinstance(key, int) else _spread(key)
            mixed = _mix(mixed ^ part)
        return mixed

    def chance(self, question: str, share: float, *keys: Key) -> pl.Expr:
        """Return Boolean, true for `share` of all keys."""
        return self.roll(question, *keys) < _literal(min(int(share * 2**64), _MASK))

    def below(self, question: str, bound: int, *keys: Key) -> pl.Expr:
        """Return Int32, uniform over 0 … bound - 1."""
        high = self.roll(question, *keys) // _literal(1 << 32)
        return (high % _literal(bound)).cast(pl.Int32)

    def pick(self, question: str, shares: Mapping[int, float], *keys: Key) -> pl.Expr:
        """Return Int16, each of the small numbers for its share of all keys; the last one takes what is left."""
        rolled = self.roll(question, *keys)
        *others, (last, _) = shares.items()
        picked: pl.Expr = pl.lit(last, dtype=pl.Int16)
        below = sum(share for _, share in others)
        for number, share in reversed(others):
            picked = pl.when(rolled < _literal(int(below * 2**64))).then(number).otherwise(picked)
            below -= share
        return picked.cast(pl.Int16)

    def _start(self, question: str) -> int:
        return _mix_int(_fold(f"{self.seed} {question}".encode()))


def _fold(octets: Iterable[int]) -> int:
    """FNV-1a: turns the seed and a question's name into one number."""
    folded = 0xCBF29CE484222325
    for octet in octets:
        folded = ((folded ^ octet) * 0x100000001B3) & _MASK
    return folded


def _literal(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)


def _spread(key: pl.Expr) -> pl.Expr:
    return key.cast(pl.UInt64) * _literal(_GOLDEN)


def _mix(value: pl.Expr) -> pl.Expr:
    shift = _literal(1 << _SHIFT)  # Polars has no shift operator; a division by a power of two is one
    value = (value ^ (value // shift)) * _literal(_FIRST)
    value = (value ^ (value // shift)) * _literal(_SECOND)
    return value ^ (value // shift)


def _mix_int(value: int) -> int:
    value = ((value ^ (value >> _SHIFT)) * _FIRST) & _MASK
    value = ((value ^ (value >> _SHIFT)) * _SECOND) & _MASK
    return value ^ (value >> _SHIFT)
