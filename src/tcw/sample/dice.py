"""Repeatable chance: a hash of the seed, the name of the question and the row's own keys.

A random number generator would tie the result to a library's version, to the order of rows and to the number
of threads; a hash of a row's keys does not. The keys are added up with multipliers of the question's own;
then the upper half is folded into the lower and the whole multiplied, twice, as in MurmurHash3's finaliser. A
third time would double the work, since Polars computes a part of an expression as often as it is named;
nobody looks at the low bits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

_BITS = 64
_MASK = (1 << _BITS) - 1
_HALF = 1 << 32
_MULTIPLIERS = (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53)

Key = pl.Expr | int


@dataclass(frozen=True, slots=True)
class Dice:
    """All chance of one sample. Keys are non-negative integers: a column or one number."""

    seed: int

    def roll(self, question: str, *keys: Key) -> pl.Expr:
        """Return UInt64, uniform over all its values, for a question asked of every row's keys."""
        start = self._start(question)
        constant, parts = start, []
        for place, key in enumerate(keys, start=1):
            multiplier = _scramble(start + place) | 1
            if isinstance(key, int):
                constant += key * multiplier
            else:
                parts.append(key.cast(pl.UInt64) * _literal(multiplier))
        mixed = _literal(constant & _MASK)
        for part in parts:
            mixed = part + mixed
        for multiplier in _MULTIPLIERS:
            mixed = (mixed ^ (mixed // _literal(_HALF))) * _literal(multiplier)
        return mixed

    def chance(self, question: str, share: float, *keys: Key) -> pl.Expr:
        """Return Boolean, true for `share` of all keys."""
        return self.roll(question, *keys) < _literal(min(int(share * 2**_BITS), _MASK))

    def below(self, question: str, bound: int, *keys: Key) -> pl.Expr:
        """Return Int32, uniform over 0 … bound - 1."""
        high = self.roll(question, *keys) // _literal(_HALF)
        return (high % _literal(bound)).cast(pl.Int32)

    def pick(self, question: str, shares: Mapping[int, float], *keys: Key) -> pl.Expr:
        """Return Int16: each of the numbers for its share of all keys; the last one takes what is left."""
        rolled = self.roll(question, *keys)
        *others, (last, _) = shares.items()
        picked: pl.Expr = pl.lit(last, dtype=pl.Int16)
        below = sum(share for _, share in others)
        for number, share in reversed(others):
            picked = pl.when(rolled < _literal(int(below * 2**_BITS))).then(number).otherwise(picked)
            below -= share
        return picked.cast(pl.Int16)

    def _start(self, question: str) -> int:
        return _scramble(_fold(f"{self.seed} {question}".encode()))


def _fold(octets: Iterable[int]) -> int:
    """FNV-1a: turns the seed and a question's name into one number."""
    folded = 0xCBF29CE484222325
    for octet in octets:
        folded = ((folded ^ octet) * 0x100000001B3) & _MASK
    return folded


def _literal(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)


def _scramble(number: int) -> int:
    """MurmurHash3's 64-bit finaliser."""
    for multiplier in _MULTIPLIERS:
        number = ((number ^ (number >> 33)) * multiplier) & _MASK
    return number ^ (number >> 33)
