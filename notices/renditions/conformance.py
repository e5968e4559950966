"""What WeasyPrint leaves out of PDF/UA-1 beside PDF/A-3u: languages, scopes, spoken texts, XMP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags

# PDF/A wants every XMP schema that it does not know described (6.6.2.3.1).
_PDFUA_XMP = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that is met</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""
_ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")


def finish(document: Document, pdf: pydyf.PDF) -> None:
    """Complete the PDF before its trailer is written."""
    _claim_pdfua(pdf)
    _list_attachments_once(pdf)


def _claim_pdfua(pdf: pydyf.PDF) -> None:
    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.extra.get("Type") == "/Metadata":
            each.stream = [part.replace(b"</rdf:RDF>", _PDFUA_XMP) for part in each.stream]


def _list_attachments_once(pdf: pydyf.PDF) -> None:
    # WeasyPrint lists a file once from the names and once from the objects.
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


@contextmanager
def speaking_tags() -> Iterator[None]:
    """Give the structure elements made inside the block their language, scope and spoken text.

    WeasyPrint 70 has no hook here, so its tree builder is wrapped while it runs; the wrapper
    only adds keys. Copied Nastaliq glyphs are garbled in every reader, ``/ActualText`` is not.
    """
    build = tags._build_box_tree  # noqa: SLF001

    def speaking(box: Any, parent: Any, *rest: Any) -> Iterator[Any]:  # noqa: ANN401
        for element in build(box, parent, *rest):
            _speak(box, element)
            yield element

    tags._build_box_tree = speaking  # noqa: SLF001
    try:
        yield
    finally:
        tags._build_box_tree = build  # noqa: SLF001


def _speak(box: Any, element: pydyf.Dictionary) -> None:  # noqa: ANN401
    source = getattr(box, "element", None)
    if source is None or not hasattr(source, "attrib") or "Lang" in element:
        return
    language = source.attrib.get("lang")
    if language and source.tag not in {"html", "body"}:
        element["Lang"] = pydyf.String(language)
    if element["S"] == "/TH":
        scope = "Row" if source.attrib.get("scope") == "row" else "Column"
        element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = f"/{scope}"
    if language == "ur" and isinstance(box, boxes.BlockContainerBox):
        spoken = _text(box)
        if spoken:
            element["ActualText"] = pydyf.String(_ISOLATES.sub("", spoken))


def _text(box: Any) -> str:  # noqa: ANN401
    """Return the text of a block that holds nothing but lines, else nothing."""
    lines = []
    for line in box.children:
        if not isinstance(line, boxes.LineBox):
            return ""
        lines.append(
            "".join(each.text for each in line.descendants() if isinstance(each, boxes.TextBox))
        )
    return " ".join(line.strip() for line in lines)
