"""Draws one page: a file on standard input; a line of JSON and the picture on standard output."""

import json
import sys

from evaluation.renditions import drawing
from evaluation.renditions.bounds import DRAWING, LARGEST_FILE
from foundation.confinement import confine


def main() -> int:
    """Answer ``{"pages": n}`` and the picture, or ``{"code": why}``."""
    number = int(sys.argv[1])
    confine(DRAWING)
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        if len(data) > LARGEST_FILE:
            raise drawing.NotDrawable("file-too-large-to-show")
        drawn = drawing.draw(data, number)
    except drawing.NotDrawable as error:
        sys.stdout.write(json.dumps({"code": error.code}) + "\n")
        return 0
    sys.stdout.write(json.dumps({"pages": drawn.pages}) + "\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(drawn.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
