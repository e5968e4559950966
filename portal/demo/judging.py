"""How the demo's opened bids are evaluated and awarded, by acts alone."""

from accounts.domain.roles import OrganisationKind
from bids import facts as bids
from evaluation.acts import awarding, convening, declaring, finding, reporting, scoring
from foundation.unit_of_work import reading
from notices.jobs import issue_due_notices
from portal.demo.story import DemoTender
from portal.demo.walking import World


def begin_evaluation(world: World, wanted: DemoTender, tender_id: str) -> None:
    """Name the panel, declare, record the findings and the first evaluator's points."""
    _convene(world, tender_id)
    _find(world, wanted, tender_id)
    _score(world, wanted, tender_id, "evaluator-1", 0)


def evaluate(world: World, wanted: DemoTender, tender_id: str) -> None:
    """Evaluate an opened tender to the end and publish the report."""
    judge(world, wanted, tender_id)
    report(world, tender_id)


def judge(world: World, wanted: DemoTender, tender_id: str) -> None:
    """Let the panel do all that is its own, up to handing in."""
    _convene(world, tender_id)
    _find(world, wanted, tender_id)
    for index, evaluator in enumerate(("evaluator-1", "evaluator-2")):
        _score(world, wanted, tender_id, evaluator, index)


def report(world: World, tender_id: str) -> None:
    """Publish the evaluation's report."""
    world.act("officer", reporting.publish_report, tender_id)
    issue_due_notices(world.context)


def award(world: World, tender_id: str) -> None:
    """Propose and approve the award by two persons."""
    world.act("officer", awarding.propose_award, tender_id)
    world.act("approver", awarding.approve_award, tender_id)
    issue_due_notices(world.context)


def _convene(world: World, tender_id: str) -> None:
    panel = [world.people[key].id for key in ("evaluator-1", "evaluator-2")]
    world.act("officer", convening.convene_panel, tender_id, panel, panel[0])
    for evaluator in ("evaluator-1", "evaluator-2"):
        world.act(
            evaluator,
            declaring.declare_interests,
            tender_id,
            interest=False,
            statement="",
        )


def _envelopes(world: World, tender_id: str) -> dict[str, str]:
    """Return the envelope of each firm's key."""
    by_firm = {
        person.organisation_id: key
        for key, person in world.people.items()
        if person.organisation.kind is OrganisationKind.VENDOR
    }
    with reading(world.context.sessions) as session:
        opened = bids.opened_bids(session, tender_id)
    return {by_firm[bid.vendor_id]: bid.envelope_id for bid in opened}


def _find(world: World, wanted: DemoTender, tender_id: str) -> None:
    tender = world.tender(tender_id)
    for firm, envelope_id in _envelopes(world, tender_id).items():
        missing = firm in wanted.failed
        findings = {
            asked.id: (not (missing and n == 0), "No certificate was sent." if missing else "")
            for n, asked in enumerate(tender.requirements)
        }
        world.act(
            "evaluator-1",
            finding.record_findings,
            tender_id,
            envelope_id,
            findings,
        )


def _score(world: World, wanted: DemoTender, tender_id: str, evaluator: str, index: int) -> None:
    tender = world.tender(tender_id)
    envelopes = _envelopes(world, tender_id) if tender.criteria else {}
    for firm, envelope_id in envelopes.items():
        points = wanted.scores[firm][index]
        scores = {criterion.id: (points, "") for criterion in tender.criteria}
        world.act(
            evaluator,
            scoring.record_scores,
            tender_id,
            envelope_id,
            scores,
        )
    world.act(evaluator, scoring.hand_in, tender_id)
