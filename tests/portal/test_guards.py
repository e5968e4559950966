"""The application refuses to start with a door that nobody guards."""

import pytest
from flask import Flask

from accounts import access
from accounts.domain.authority import Permission
from foundation.settings import from_environment
from foundation.values.refusal import Refusal
from portal.factory import create_app
from portal.guards import UnguardedError, check_acts, check_routes
from portal.wiring import PERMISSION_TABLES


def test_a_route_without_a_mark_is_named() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", "open_door", lambda: "")
    app.add_url_rule("/marked", "marked", access.public(lambda: ""))

    with pytest.raises(UnguardedError, match="open_door"):
        check_routes(app)


def test_an_act_without_a_permission_row_is_named() -> None:
    without = [dict(table) for table in PERMISSION_TABLES]
    for table in without:
        table.pop("tender.publish", None)

    with pytest.raises(UnguardedError, match=r"tender\.publish"):
        check_acts(without)


def test_an_act_with_two_rows_is_named() -> None:
    with pytest.raises(UnguardedError, match=r"tender\.publish"):
        check_acts([*PERMISSION_TABLES, {"tender.publish": Permission()}])


def test_every_act_of_the_application_has_its_row() -> None:
    check_acts(PERMISSION_TABLES)


def test_an_unsafe_bind_stops_the_start(tmp_path: object) -> None:
    settings = from_environment({"MUHR_HOST": "0.0.0.0", "MUHR_DATA": str(tmp_path)})  # noqa: S104

    with pytest.raises(Refusal, match="unsafe-bind"):
        create_app(settings)
