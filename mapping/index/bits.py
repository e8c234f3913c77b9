"""Sets of positions as Python ints, and whole columns of numbers as a few such ints.

A bit operation over 100,000 rows takes some microseconds; nothing here loops over rows in Python
except where it says so.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# For each bit of a byte: every byte value as the digit "0" or "1" that int(…, 2) reads.
_DIGITS = [
    bytes(ord("1") if value >> bit & 1 else ord("0") for value in range(256)) for bit in range(8)
]
_FLAGS = bytes.maketrans(b"01", b"\0\1")


def from_positions(found: Iterable[int], size: int) -> int:
    """The set of these positions, all below `size`."""
    octets = bytearray(size // 8 + 1)
    for position in found:
        octets[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(octets, "little")


def positions(bits: int) -> Iterator[int]:
    """The positions of a set in rising order; loops over what is in it."""
    for number, octet in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        while octet:
            low = octet & -octet
            yield number * 8 + low.bit_length() - 1
            octet ^= low


def flags(bits: int, size: int) -> bytes:
    """A byte 1 or 0 for each position: what itertools.compress takes."""
    return format(bits, f"0{size}b").encode().translate(_FLAGS)[::-1] if size else b""


@dataclass(frozen=True)
class Sliced:
    """A column of whole numbers ≥ 0: plane k is the set of the rows whose number has bit k."""

    planes: tuple[int, ...]

    @classmethod
    def of(cls, values: Mapping[int, int], size: int) -> "Sliced":
        """Slice the numbers at these positions, all below `size`; elsewhere stands 0."""
        column = array("Q", bytes(8 * size))
        for position, value in values.items():
            column[position] = value
        octets = column.tobytes()
        planes = []
        for place in range(max(values.values(), default=0).bit_length()):
            digits = octets[place // 8 :: 8].translate(_DIGITS[place % 8])
            planes.append(int(digits[::-1], 2))
        return cls(tuple(planes))

    def total(self, bits: int) -> int:
        """The sum of the numbers at these positions."""
        return sum((plane & bits).bit_count() << place for place, plane in enumerate(self.planes))

    def changed(self, kept: int, values: dict[int, int]) -> "Sliced":
        """The same numbers at the positions of `kept`, and new ones at those of `values`."""
        size = max([len(self.planes), *(value.bit_length() for value in values.values())])
        planes = [plane & kept for plane in self.planes] + [0] * (size - len(self.planes))
        for position, value in values.items():
            for place in range(value.bit_length()):
                if value >> place & 1:
                    planes[place] |= 1 << position
        return Sliced(tuple(planes))
