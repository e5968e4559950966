"""What tests of notices are given: a way to put a notice of any kind on record."""

from collections.abc import Callable

import pytest

from foundation.database import Sessions
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.fingerprint import sha256_hex
from notices.domain import fact_documents
from notices.domain.kinds import Facts, kind_of
from notices.models import NoticeRow

Put = Callable[[Facts], str]


@pytest.fixture
def put_notice(sessions: Sessions) -> Put:
    def put(facts: Facts) -> str:
        document = fact_documents.to_bytes(facts)
        with unit_of_work(sessions, Actor.system("notices")) as uow:
            uow.session.add(
                NoticeRow(
                    number=facts.head.number,
                    kind=kind_of(facts).value,
                    tender_id=facts.tender.id,
                    version=facts.tender.version,
                    tender_number=facts.tender.number,
                    title_en=facts.tender.title.en,
                    title_ur=facts.tender.title.ur,
                    entity_en=facts.tender.entity.en,
                    entity_ur=facts.tender.entity.ur,
                    issued_at=facts.head.issued_at,
                    facts=document,
                    facts_sha256=sha256_hex(document),
                )
            )
        return facts.head.number

    return put
