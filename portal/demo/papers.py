"""A small PDF for the demo's bids, written by hand: one page with a few lines of text."""

LEFT, TOP, LINE = 72, 760, 26


def paper(*lines: str) -> bytes:
    """Return a PDF of one A4 page with the lines (Latin letters, no parentheses)."""
    shown = " ".join(f"({line}) Tj 0 -{LINE} Td" for line in lines)
    drawn = f"BT /F1 16 Tf {LEFT} {TOP} Td {shown} ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj %s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return data + head + table + trailer % (len(objects) + 1, len(data))
