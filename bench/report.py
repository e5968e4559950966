"""How a bench tells a figure: one line of JSON on standard output."""

import json
import sys


def figure(name: str, value: float, unit: str, against: str, against_value: float) -> float:
    """Print one figure and what it is held against, and return their ratio.

    Args:
        name: What was measured, ``bench.thing.condition``.
        value: What Muhr did, in ``unit``.
        unit: Of both values: ``1/s``, ``s``, ``ms``, ``B``, …
        against: The peer, the floor or the aim that it is held against.
        against_value: What that did in the same run, or what is aimed at.

    Returns:
        ``value / against_value``; whether more or less is better, the unit tells.
    """
    ratio = value / against_value
    line = {
        "name": name,
        "value": _rounded(value),
        "unit": unit,
        "against": against,
        "against_value": _rounded(against_value),
        "ratio": _rounded(ratio),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return ratio


def _rounded(value: float) -> float:
    """Return a figure with four digits that mean something."""
    return float(f"{value:.4g}")
