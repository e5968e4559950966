"""``muhr evaluate CASE.json``: recompute a ranking offline and print it as JSON."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn, cast

import click

from evaluation.domain.case_document import parse_case
from evaluation.domain.figures import check_figure
from evaluation.domain.methods import rank
from evaluation.domain.result_document import pretty, result_document
from foundation.values.canonical import Document
from foundation.values.nesting import check_nesting
from foundation.values.refusal import Refusal

LARGEST_CASE = 64 * 1024 * 1024


def _refuse(code: str, reason: str) -> NoReturn:
    click.echo(reason, err=True)
    click.echo(code)
    sys.exit(1)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _read(path: Path) -> Document:
    try:
        if path.stat().st_size > LARGEST_CASE:
            _refuse("bad-case", "The file is larger than 64 MiB.")
        data = path.read_bytes()
        check_nesting(data)
        text = data.decode("utf-8")
        return cast(Document, json.loads(text, object_pairs_hook=_no_duplicates))
    except OSError as error:
        _refuse("bad-case", f"The file cannot be read: {error.strerror}.")
    except (ValueError, RecursionError) as error:
        _refuse("bad-case", f"The file is not JSON: {error}")


@click.command()
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def evaluate(case: Path) -> None:
    """Recompute the ranking of CASE (docs/formats/evaluation-case.md) and print it as JSON."""
    document = _read(case)
    try:
        parsed = parse_case(document)
        lots = rank(parsed)
        for lot in lots:
            for figure in lot.figures:
                check_figure(figure)
        printed = pretty(result_document(parsed, document, lots))
    except Refusal as refusal:
        details = ", ".join(f"{name}: {value}" for name, value in refusal.params.items())
        _refuse(refusal.code, f"Refused ({refusal.code}). {details}".strip())
    except (RecursionError, MemoryError):
        _refuse("bad-case", "The case is nested too deeply or too large.")
    click.echo(printed)
