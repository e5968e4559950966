"""Renders one notice: canonical facts on standard input, the PDF on standard output."""

import sys

from foundation.values.refusal import Refusal
from notices.domain import fact_documents
from notices.renditions.pdf import render


def main() -> int:
    """Return 0 when the PDF was written, 1 when the facts were refused."""
    try:
        facts = fact_documents.from_bytes(sys.stdin.buffer.read())
        rendition = render(facts, preview="--preview" in sys.argv[1:])
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.code}\n")
        return 1
    sys.stdout.buffer.write(rendition.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
