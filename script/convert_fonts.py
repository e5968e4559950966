"""Turns the @fontsource packages into static TTFs for PDFs and one small WOFF2 pair for Urdu pages.

The packages split a face into WOFF2 files by script and name the families in ways that differ from
file to file, so the parts are merged and every name is written anew. The result depends on nothing
but the packages' bytes: made again, it is the same to the byte.
"""

import argparse
import logging
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "node_modules" / "@fontsource"
PDF_FONTS = ROOT / "notices" / "fonts"
WEB_FONTS = ROOT / "static" / "fonts"
# family name, package, parts in order of preference, weights
FACES = (
    ("Noto Sans", "noto-sans", ("latin", "latin-ext", "greek"), (400, 700)),
    ("Noto Nastaliq Urdu", "noto-nastaliq-urdu", ("arabic",), (400, 700)),
)
STYLES = {400: "Regular", 700: "Bold"}
FIXED_INSTANT = 3_786_912_000  # 2024-01-01 in the font epoch (1904), so that dates never differ
# Urdu, its marks and digits, and what stands between them; the device's own face gives the rest.
URDU = (
    set(range(0x0600, 0x0610))
    | {0x061B, 0x061C, 0x061F, *range(0x0621, 0x0656), 0x0658, *range(0x0660, 0x066E), 0x0670}
    | {0x0679, 0x067E, 0x0686, 0x0688, 0x0691, 0x0698, 0x06A9, 0x06AF, 0x06BA, 0x06BE}
    | {*range(0x06C0, 0x06C4), 0x06CC, 0x06D2, 0x06D3, 0x06D4, 0x06D5, *range(0x06F0, 0x06FA)}
    | {0x20, 0x21, 0x28, 0x29, 0x2D, 0x3A, 0xA0, 0xAB, 0xBB, *range(0x200B, 0x2010), 0xFDF2, 0xFDFA}
)


def package_files(package: str, part: str, weight: int) -> Path:
    """Finds one part of a face.

    Raises:
        SystemExit: the package is not installed.
    """
    path = PACKAGES / package / "files" / f"{package}-{part}-{weight}-normal.woff2"
    if not path.is_file():
        sys.exit(f"script/fonts: {path.relative_to(ROOT)} is missing; run `npm ci` first")
    return path


def rename(font: TTFont, family: str, weight: int) -> None:
    """Writes all names anew and removes every name that says another."""
    style = STYLES[weight]
    version = font["name"].getDebugName(5) or "Version 1.000"
    notices = {key: font["name"].getDebugName(key) for key in (0, 13, 14)}
    font["name"].names = []
    texts = {
        1: family,
        2: style,
        3: f"{version};{family} {style}",
        4: f"{family} {style}",
        5: version,
        6: f"{family.replace(' ', '')}-{style}",
        **{key: text for key, text in notices.items() if text},
    }
    for key, text in texts.items():
        font["name"].setName(text, key, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (
        0x20 if weight == 700 else 0x40
    )
    font["head"].macStyle = 1 if weight == 700 else 0
    font["head"].created = font["head"].modified = FIXED_INSTANT


def merged(package: str, parts: tuple[str, ...], weight: int, folder: Path) -> TTFont:
    """Joins the parts of one weight into one font without compression."""
    files = []
    for part in parts:
        font = TTFont(package_files(package, part, weight), recalcTimestamp=False)
        font.flavor = None
        files.append(str(folder / f"{package}-{part}-{weight}.ttf"))
        font.save(files[-1])
    if len(files) == 1:
        return TTFont(files[0], recalcTimestamp=False)
    return Merger().merge(files)


def save(font: TTFont, path: Path) -> None:
    """Writes a font whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    font.recalcTimestamp = False
    font.save(part)
    part.replace(path)


def write_pdf_font(face: int, weight: int) -> Path:
    """Makes one static TTF that PDFs embed."""
    family, package, parts, _weights = FACES[face]
    with tempfile.TemporaryDirectory() as folder:
        font = merged(package, parts, weight, Path(folder))
        rename(font, family, weight)
        path = PDF_FONTS / f"{family.replace(' ', '')}-{STYLES[weight]}.ttf"
        save(font, path)
    return path


def write_web_font(face: int, weight: int) -> Path:
    """Makes one file of the Urdu subset that a page fetches on a fast line or by choice."""
    family, package, _parts, _weights = FACES[face]
    font = TTFont(package_files(package, "arabic", weight), recalcTimestamp=False)
    options = Options()
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=URDU)
    subsetter.subset(font)
    rename(font, family, weight)
    font.flavor = "woff2"
    path = WEB_FONTS / f"{package}-{weight}.woff2"
    save(font, path)
    return path


def copy_licences() -> None:
    """Lays each face's licence beside the fonts made from it."""
    for folder, faces in ((PDF_FONTS, FACES), (WEB_FONTS, FACES[1:])):
        folder.mkdir(parents=True, exist_ok=True)
        for _family, package, _parts, _weights in faces:
            licence = (PACKAGES / package / "LICENSE").read_bytes()
            (folder / f"{package}-LICENSE.txt").write_bytes(licence)


def quieten() -> None:
    """Keeps fontTools' remarks to itself."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)


def main() -> None:
    """Makes all fonts and prints what was made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quiet", action="store_true", help="print nothing when all went well")
    quiet = parser.parse_args().quiet
    copy_licences()
    # The subsets take longest by far: each on a core of its own, and first.
    with ProcessPoolExecutor(initializer=quieten) as pool:
        web = [pool.submit(write_web_font, 1, weight) for weight in FACES[1][3]]
        pdf = [
            pool.submit(write_pdf_font, face, weight)
            for face, (_family, _package, _parts, weights) in enumerate(FACES)
            for weight in weights
        ]
        written = [made.result() for made in pdf + web]
    for path in written if not quiet else ():
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
