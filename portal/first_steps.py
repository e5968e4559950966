"""From a new installation to the first published tender: who is missing, what comes next."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.domain.roles import Role
from tendering import queries as tenders
from tendering.domain.tender import Stage

_BEFORE_PUBLICATION = frozenset({Stage.DRAFT, Stage.IN_APPROVAL})


@dataclass(frozen=True)
class FirstRunPeople:
    """How many people a role needs at least, and how many hold it."""

    role: str
    needed: int
    there: int


@dataclass(frozen=True)
class FirstRunStep:
    """One step on the way; without ``href`` it is another person's."""

    title: str
    hint: str
    href: str
    done: bool


@dataclass(frozen=True)
class FirstRun:
    """What the page of the first steps shows."""

    people: tuple[FirstRunPeople, ...]
    steps: tuple[FirstRunStep, ...]
    has_administrator: bool = True
    register_href: str = ""


def has_published(session: Session, organisation_id: str) -> bool:
    """Tell whether the organisation has ever published a tender."""
    stages = frozenset(Stage) - _BEFORE_PUBLICATION
    return bool(tenders.tenders_of(session, organisation_id, stages))


def first_steps_page(session: Session, organisation_id: str, held: frozenset[str]) -> FirstRun:
    """Return the first steps of an organisation for one who holds the roles ``held``."""
    people = _people(session, organisation_id)
    return FirstRun(people, _steps(session, organisation_id, held, people))


def _people(session: Session, organisation_id: str) -> tuple[FirstRunPeople, ...]:
    staff = accounts.people_of(session, organisation_id)
    needed = (
        (Role.ADMINISTRATOR, gettext("Administrator: invites the others"), 1),
        (Role.OFFICER, gettext("Officer: writes the tender"), 1),
        (
            Role.APPROVER,
            gettext("Approver: checks and publishes it, never the officer who wrote it"),
            1,
        ),
        (Role.EVALUATOR, gettext("Evaluators: score the bids"), 2),
    )
    return tuple(
        FirstRunPeople(text, least, sum(role in person.roles for person in staff))
        for role, text, least in needed
    )


def _steps(
    session: Session,
    organisation_id: str,
    held: frozenset[str],
    people: tuple[FirstRunPeople, ...],
) -> tuple[FirstRunStep, ...]:
    lines = tenders.tenders_of(session, organisation_id)
    published = has_published(session, organisation_id)
    administers, writes = Role.ADMINISTRATOR in held, Role.OFFICER in held
    works = bool(held & {Role.OFFICER, Role.APPROVER})
    return (
        FirstRunStep(
            gettext("Invite the people"),
            gettext("By e-mail, or on paper with a code to scan."),
            url_for("accounts.people") if administers else "",
            all(group.there >= group.needed for group in people),
        ),
        FirstRunStep(
            gettext("Write a tender"),
            gettext("An officer does this, section by section."),
            url_for("drafts.new") if writes else "",
            bool(lines),
        ),
        FirstRunStep(
            gettext("Publish it"),
            gettext("A second person checks it and publishes. From then on bids can be sealed."),
            url_for("tendering.dashboard") if works else "",
            published,
        ),
    )
