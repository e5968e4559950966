"""Draws one page of a PDF, or a PNG or JPEG anew, as WebP; runs in the confined child only."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageOps, WebPImagePlugin

from evaluation.renditions.bounds import (
    DOTS_PER_INCH,
    LONGEST_SIDE,
    MOST_PAGES,
    MOST_SOURCE_PIXELS,
    QUALITY,
)

# Later imports are impossible in the child, so the codecs come now.
Image.preinit()
WRITTEN_AS = WebPImagePlugin.WebPImageFile.format
POINTS_PER_INCH = 72
PDF_MARK_WITHIN = 1024  # readers take a PDF whose mark stands this deep


@dataclass(frozen=True)
class Drawn:
    """How many pages a file has, and the picture asked for (WebP), empty when none was."""

    pages: int
    picture: bytes = b""


class NotDrawable(Exception):
    """The file cannot be shown; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def draw(data: bytes, number: int) -> Drawn:
    """Draw page ``number`` of the file, from 1; 0 asks for the count alone.

    Raises:
        NotDrawable: ``page-unreadable``, ``file-locked``, ``page-missing``.
    """
    if b"%PDF-" in data[:PDF_MARK_WITHIN]:
        return _draw_pdf(data, number)
    return _draw_picture(data, number)


def _draw_pdf(data: bytes, number: int) -> Drawn:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise NotDrawable("file-locked" if locked else "page-unreadable") from error
    pages = len(document)
    if not 1 <= pages <= MOST_PAGES:
        raise NotDrawable("page-unreadable")
    if number == 0:
        return Drawn(pages)
    if number > pages:
        raise NotDrawable("page-missing")
    try:
        document.init_forms()
        page = document[number - 1]
        width, height = page.get_size()
        bitmap = page.render(scale=_scale(width, height))
    except pypdfium2.PdfiumError as error:
        raise NotDrawable("page-unreadable") from error
    return Drawn(pages, _encoded(bitmap.to_pil()))


def _scale(width: float, height: float) -> float:
    """Return pixels a point so that no side of the picture is too long."""
    longest = max(width, height)
    if not math.isfinite(longest) or min(width, height) <= 0:
        raise NotDrawable("page-unreadable")
    return min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / longest)


def _draw_picture(data: bytes, number: int) -> Drawn:
    if number > 1:
        raise NotDrawable("page-missing")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_SOURCE_PIXELS:
                raise NotDrawable("page-unreadable")
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return Drawn(1, _encoded(turned) if number else b"")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotDrawable("page-unreadable") from error


def _encoded(picture: Image.Image) -> bytes:
    """Return the pixels alone, on white, as WebP: nothing of the file itself is passed on."""
    flat = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat.paste(picture.convert("RGB"))
    out = io.BytesIO()
    flat.save(out, WRITTEN_AS, quality=QUALITY, method=3)
    return out.getvalue()
