"""How PostgreSQL's programs are told where the database is: the password never in a command."""

from sqlalchemy.engine import make_url

from portal.backup import postgresql_copies

URL = (
    "postgresql+psycopg://muhr:s%40cret@db.example:5433/tenders?sslmode=require&sslrootcert=ca.pem"
)


def test_the_password_goes_by_the_environment_alone() -> None:
    target, environment = postgresql_copies._address(make_url(URL))

    assert "s@cret" not in target
    assert environment["PGPASSWORD"] == "s@cret"
    assert set(target.split()) == {
        "host=db.example", "port=5433", "user=muhr", "dbname=tenders",
        "sslmode=require", "sslrootcert=ca.pem",
    }  # fmt: skip


def test_several_hosts_and_a_socket_are_kept() -> None:
    several = make_url("postgresql+psycopg://muhr@/tenders?host=one.example&host=two.example")
    socket = make_url("postgresql+psycopg:///tenders?host=/run/postgresql")

    assert "host=one.example,two.example" in postgresql_copies._address(several)[0]
    assert "host=/run/postgresql" in postgresql_copies._address(socket)[0]


def test_the_staged_address_keeps_what_options_were_given() -> None:
    given = URL + "&options=-c%20statement_timeout%3D5s"

    options = make_url(postgresql_copies._seen_aside(given)).query["options"]

    assert options == "-c statement_timeout=5s -c search_path=muhr_restoring"
