"""Each role is told when it is its turn, on its pages and by letter."""

from evaluation.acts import awarding
from evaluation.queries import next_steps
from foundation.mail.outbox import messages_for
from foundation.unit_of_work import reading as reading_session
from portal.letters import letter
from tests.evaluation.steps import propose, publish


def test_each_role_is_told_what_to_do_next(opened):
    def steps(name):
        with reading_session(opened.context.sessions) as session:
            found = next_steps.next_steps(session, opened.actor(name), opened.tender_id)
        return [step.text for step in found]

    assert steps("officer") == [next_steps.NAME_PANEL]
    opened.convene("chair", "second")
    assert steps("chair") == [next_steps.DECLARE]
    assert steps("officer") == [next_steps.FOLLOW]
    for name in ("chair", "second"):
        opened.declare(name)
    assert steps("chair") == [next_steps.EVALUATE]
    opened.find()
    for name in ("chair", "second"):
        opened.hand_in(name)
    assert steps("chair") == [next_steps.WAIT]
    assert steps("officer") == [next_steps.PUBLISH]
    publish(opened)
    assert steps("officer") == [next_steps.PROPOSE]
    propose(opened)
    assert steps("officer") == [next_steps.WAIT_APPROVAL]
    assert steps("approver") == [next_steps.APPROVE]
    assert steps("auditor") == []


def test_those_whose_turn_it_is_are_told(opened):
    opened.evaluate()
    publish(opened)
    propose(opened)
    with opened.acting("approver") as uow:
        awarding.return_proposal(uow, opened.tender_id, "Say why.")

    def inbox(name):
        with reading_session(opened.context.sessions) as session:
            messages = messages_for(session, opened.people[name].id)
            return [letter(each.kind, each.params, "en").subject for each in messages]

    assert inbox("chair") == ["You are named to a panel"]
    assert inbox("approver")[0] == "An award waits for your approval"
    assert inbox("officer")[0] == "A proposed award came back"
    assert inbox("third") == []
