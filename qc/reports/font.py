"""The font of printed reports: Noto Sans SC (SIL Open Font License 1.1), which a package brings; cut down to what a
report says, with outlines as PDF's library reads them.

The library takes TrueType outlines and the font has PostScript's: cubic curves become quadratic ones that are nowhere
farther off than `_ERROR` units of 1000.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

_ERROR = 1.0
MISSING = "□"
"""Stands for a sign that the font does not have: emoji, and scripts written from right to left."""


def path() -> Path:
    """The font's file."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.sans_path())


def subset(text: str) -> tuple[bytes, frozenset[str]]:
    """A TrueType font of the signs of `text`, and those that it has. The same signs give the same bytes."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    with path().open("rb") as file:
        font = TTFont(file, lazy=True, recalcTimestamp=False)
        known = font.getBestCmap()
        wanted = {ord(sign) for sign in text} & known.keys()
        options = Options()
        options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
        options.layout_features, options.hinting, options.notdef_outline = [], False, True
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
        cutter = Subsetter(options)
        cutter.populate(unicodes=wanted | {0x20})
        cutter.subset(font)
        _to_truetype(font)
        out = io.BytesIO()
        font.save(out, reorderTables=False)
    return out.getvalue(), frozenset(map(chr, wanted))


def _to_truetype(font: Any) -> None:
    """Give the font quadratic outlines instead of its own."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    glyphs, outlines = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = font.getGlyphOrder(), outlines
    for name, outline in outlines.items():
        outline.recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(outline, "xMin", 0))
    del font["CFF "]
    highest = font["maxp"]
    highest.tableVersion = 0x00010000
    for field in ("Zones", "TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(highest, f"max{field}", 1 if field == "Zones" else 0)
    highest.maxSizeOfInstructions = 0
    highest.maxComponentElements = 0
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
