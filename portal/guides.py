"""Which printed guides this installation offers: those that ``script/guides`` has made."""

from dataclasses import dataclass
from pathlib import Path

from flask import url_for
from flask_babel import gettext

from foundation.values.refusal import N_

FOLDER = Path(__file__).parents[1] / "static" / "guides"
# By the names of the guides' files, in the order in which people meet the platform.
NAMES = {
    "citizen": N_("Guide for citizens"),
    "bidder": N_("Guide for bidders"),
    "officer": N_("Guide for procurement officers"),
    "approver": N_("Guide for approvers"),
    "evaluator": N_("Guide for evaluators"),
    "member": N_("Guide for members of the opening committee"),
    "administrator": N_("Guide for administrators"),
    "auditor": N_("Guide for auditors"),
}


@dataclass(frozen=True)
class GuideLine:
    """One guide; an address is empty where it was not made in that language."""

    name: str
    english: str
    urdu: str


def guide_lines() -> list[GuideLine]:
    """Return the guides that lie in the folder."""
    lines = [
        GuideLine(gettext(name), _address(role, "en"), _address(role, "ur"))
        for role, name in NAMES.items()
    ]
    return [line for line in lines if line.english or line.urdu]


def _address(role: str, language: str) -> str:
    name = f"{role}-{language}.pdf"
    if not (FOLDER / name).is_file():
        return ""
    return url_for("static", filename=f"guides/{name}")
