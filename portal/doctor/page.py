"""The administrator's page: each part well or not, since when it was looked at, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import gettext

from accounts import access
from accounts.domain.roles import Role
from foundation import upkeep
from foundation.database import database_instant
from portal.doctor.findings import Finding, Part, State
from portal.doctor.jobs import READ_AT_ONCE
from portal.doctor.looking import look_at
from portal.doctor.texts import PARTS, STATES, TEXTS
from portal.pages import blueprint


@dataclass(frozen=True)
class PartLine:
    """One part as the page shows it."""

    name: str
    state: str
    state_text: str
    text: str
    advice: str
    looked_at: datetime


@dataclass(frozen=True)
class PlatformPage:
    """The whole page; ``bad`` and ``care`` count the parts that need something."""

    lines: tuple[PartLine, ...]
    bad: int
    care: int
    last_backup: upkeep.Backup | None


@blueprint.get("/<lang>/platform")
@access.roles(Role.ADMINISTRATOR)
def platform() -> str:
    """Show whether the installation is well."""
    session = access.session()
    kept, now = upkeep.kept_checks(session), database_instant(session)
    lines = tuple(_line(part, kept.get(part), now) for part in Part)
    page = PlatformPage(
        lines=lines,
        bad=sum(line.state == State.BAD for line in lines),
        care=sum(line.state == State.CARE for line in lines),
        last_backup=upkeep.last_backup(session, "full"),
    )
    return render_template("portal/platform.html", page=page)


def _line(part: Part, kept: upkeep.KeptCheck | None, now: datetime) -> PartLine:
    if part in READ_AT_ONCE:
        found, looked_at = look_at(access.context(), part), now
    elif kept is None or kept.code not in TEXTS:
        found, looked_at = Finding(part, State.CARE, "not-looked"), now
    else:
        found = Finding(part, State(kept.state), kept.code, dict(kept.params))
        looked_at = kept.at
    text, advice = TEXTS[found.code]
    return PartLine(
        name=gettext(PARTS[part]),
        state=found.state,
        state_text=gettext(STATES[found.state]),
        text=gettext(text, **found.params),
        advice=gettext(advice) if advice else "",
        looked_at=looked_at,
    )
