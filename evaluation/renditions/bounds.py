"""How large a file may be, how large a picture of it becomes, and what drawing may cost."""

from foundation.confinement import Bounds

LARGEST_FILE = 100 << 20
MOST_PAGES = 2000
DOTS_PER_INCH = 150
LONGEST_SIDE = 2000  # pixels of the picture; an A4 page has 1240 × 1754
MOST_SOURCE_PIXELS = 64_000_000  # of a PNG or JPEG as it was sent
QUALITY = 80
DRAWING = Bounds(memory=1 << 30, cpu_seconds=20, wall_seconds=30, answer=8 << 20)
