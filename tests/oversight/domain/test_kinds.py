"""Every kind of both journals has a name, and every group asks for kinds that exist."""

from oversight.domain.kinds import GROUPS, KIND_NAMES, Group, group_of
from portal.wiring import PERMISSION_TABLES

KINDS = {str(kind) for table in PERMISSION_TABLES for kind in table}


def test_every_kind_has_a_name():
    assert KINDS - set(KIND_NAMES) == set()


def test_groups_ask_for_kinds_that_exist():
    assert frozenset().union(*GROUPS.values()) <= KINDS


def test_an_unknown_group_is_everything():
    assert group_of("nonsense") is Group.ALL
