"""Which encoding a text file of another system has: recognised by what its bytes mean, never by the first that fits.

Nearly any bytes decode as GB18030 and any at all as Latin-1, so decoding proves nothing. What tells them apart: Chinese
text is mostly pairs of bytes that are common characters (level 1 of GB 2312, the 3755 most used), while in a Western
language a letter with an accent stands alone between ASCII letters, where GB18030 sees a rare character or none.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "latin-1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "cp850": "cp850",
}
"""Names that a mapping may give, and Python's codec: GB18030 holds GBK and GB 2312."""
SAMPLE = 256 * 1024
"""Bytes of lines with anything but ASCII that are looked at."""
PLAUSIBLE = 0.5
"""Share of the evidence that must speak for an encoding; less is not guessed."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HIGH = re.compile(rb"[\x80-\xff]+")
_HAN = re.compile(r"[\u2e80-\u9fff\ue000-\ufaff\U00020000-\U0003ffff]")
_WESTERN = frozenset("áéíóúüñçàèìòùâêîôûäëïößåæøœãõýÿÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÅÆØŒÃÕÝ")
_BEFORE = ("¿¡«“‘", "¿¡«“‘áéíóúÁÉÍÓÚ")
"""Before a letter with an accent, and before ñ: ¿Él, Núñez. Other pairs are hardly ever Western."""
_SIGNS = frozenset("¿¡ºª°€·«»–—’‘“”…´½¼²³§©®™£¢¥±×")


def recognise(blocks: Iterable[bytes]) -> str | None:
    """A key of `ENCODINGS`, from all bytes of a file in blocks of any length; None where nothing is plausible.

    ASCII counts as UTF-8. Text that is UTF-8 but for a few bytes (values cut in the middle of a character) is UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    first, valid, sample, rest = b"", True, bytearray(), b""
    for block in blocks:
        first = first or block[:4]
        if valid:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                valid = False
        if len(sample) < SAMPLE:
            *lines, rest = (rest + block).split(b"\n")
            rest = rest[:SAMPLE]
            sample += b"\n".join(line for line in lines if not line.isascii())[:SAMPLE]
    if not rest.isascii():
        sample += b"\n" + rest
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        valid = False
    return _plausible(bytes(sample), valid)


def _plausible(sample: bytes, utf8: bool) -> str | None:
    chinese, western = _chinese(sample), _western(sample)
    if utf8:  # two-byte characters of UTF-8 can be common Chinese by chance, never all of them and beyond Latin ones
        letters = [character for character in sample.decode("utf-8", "ignore") if character > "\x7f"]
        strange = bool(letters) and all("\u0180" <= letter < "\u0800" for letter in letters)
        return "gb18030" if strange and chinese == 1 else "utf-8"
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) - broken > 2 * broken:
        return "utf-8"
    if max(chinese, western) < PLAUSIBLE:
        return None
    return "gb18030" if chinese > western else "windows-1252"


def _chinese(sample: bytes) -> float:
    """Share of the characters beyond ASCII that are Chinese ones in use, 0..1; rare ones count half."""
    text = sample.decode("gb18030", "replace")
    beyond = [character for character in text if character > "\x7f"]
    signs = sum("\u3000" <= character < "\u3040" or "\uff00" <= character < "\uffe7" for character in beyond)
    if len(beyond) == signs:
        return float(signs > 0) * PLAUSIBLE
    common, rare = _gb2312()
    value = sum(1.0 if one in common else 0.5 if one in rare else 0.0 for one in beyond if _HAN.match(one))
    return value / (len(beyond) - signs)


def _western(sample: bytes) -> float:
    """Share of the high bytes that are a letter with an accent beside an ASCII letter, or a sign in use, 0..1."""
    high = good = 0
    for run in _HIGH.finditer(sample):
        text = run[0].decode("cp1252", "replace")
        beside = sample[max(0, run.start() - 1) : run.start()] + sample[run.end() : run.end() + 1]
        lettered = bool(re.search(rb"[A-Za-z]", beside))
        high += len(text)
        if len(text) == 1:
            good += text in _SIGNS or (text in _WESTERN and lettered)
        elif len(text) == 2 and lettered and text[0] in _BEFORE[text[1] in "ñÑ"] and text[1] in _WESTERN:
            good += 2
    return good / high if high else 0.0


@lru_cache(maxsize=1)
def _gb2312() -> tuple[frozenset[str], frozenset[str]]:
    """The characters of level 1 (common, rows 16 to 55) and of level 2 (rows 56 to 87)."""

    def rows(first: int, last: int) -> frozenset[str]:
        pairs = (bytes((row, cell)) for row in range(0xA0 + first, 0xA1 + last) for cell in range(0xA1, 0xFF))
        return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))

    return rows(16, 55), rows(56, 87)
