"""Bech32 as age writes keys: no length limit, one case (BIP 173, C2SP age)."""

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECK = 6


def encode(prefix: str, data: bytes) -> str:
    """Return lower-case bech32 of ``data`` under a lower-case prefix."""
    values = _regroup(list(data), 8, 5, pad=True)
    sum_ = _polymod([*_expand(prefix), *values, *[0] * CHECK]) ^ 1
    check = [(sum_ >> 5 * (5 - place)) & 31 for place in range(CHECK)]
    return prefix + "1" + "".join(LETTERS[value] for value in [*values, *check])


def decode(text: str) -> tuple[str, bytes]:
    """Return the lower-case prefix and the data.

    Raises:
        ValueError: mixed case, a foreign letter, a wrong checksum or loose bits.
    """
    if text not in (text.lower(), text.upper()):
        raise ValueError("mixed case")
    prefix, mark, rest = text.lower().rpartition("1")
    if not mark or not prefix or len(rest) < CHECK:
        raise ValueError("too short")
    if not all(33 <= ord(letter) <= 126 for letter in prefix):
        raise ValueError("prefix")
    if any(letter not in LETTERS for letter in rest):
        raise ValueError("letter")
    values = [LETTERS.index(letter) for letter in rest]
    if _polymod([*_expand(prefix), *values]) != 1:
        raise ValueError("checksum")
    return prefix, bytes(_regroup(values[:-CHECK], 5, 8, pad=False))


def _expand(prefix: str) -> list[int]:
    codes = [ord(letter) for letter in prefix]
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: list[int]) -> int:
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(GENERATORS):
            sum_ ^= generator if top >> place & 1 else 0
    return sum_


def _regroup(values: list[int], width: int, to: int, *, pad: bool) -> list[int]:
    gathered, bits, out = 0, 0, []
    for value in values:
        gathered = (gathered << width | value) & 0xFFFF
        bits += width
        while bits >= to:
            bits -= to
            out.append(gathered >> bits & (1 << to) - 1)
    rest = gathered & (1 << bits) - 1
    if pad:
        return [*out, rest << (to - bits)] if bits else out
    if bits >= width or rest:
        raise ValueError("loose bits")
    return out
