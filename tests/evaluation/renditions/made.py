"""Files as vendors send them, whole and hostile, made here."""

import io
import zlib

import pikepdf
from PIL import Image


def pdf(pages: int = 3, *, password: str = "", box: tuple[float, float] = (595, 842)) -> bytes:
    """Return a PDF whose page n carries n black squares."""
    document = pikepdf.new()
    for number in range(1, pages + 1):
        page = document.add_blank_page(page_size=box)
        squares = "".join(f"{40 * each} 700 20 20 re f " for each in range(1, number + 1))
        page.contents_add(squares.encode())
    out = io.BytesIO()
    locked = pikepdf.Encryption(owner=password, user=password) if password else False
    document.save(out, encryption=locked)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200)) -> bytes:
    """Return a red PNG or JPEG with a telling comment in it."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, comment=b"secret-comment")
    return out.getvalue()


def huge_png() -> bytes:
    """Return a small PNG that claims 40,000 × 40,000 pixels."""
    data = bytearray(picture())
    data[16:24] = (40_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def endless_pdf() -> bytes:
    """Return a PDF whose page draws a form that draws itself, and squares without end."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    form = document.make_stream(b"/F Do " * 50)
    form.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form,
                 "/BBox": pikepdf.Array([0, 0, 595, 842])})  # fmt: skip
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.contents_add(b"/F Do")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
