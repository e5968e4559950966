"""The commands of envelopes: codes last on standard output, files of mode 600, over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from foundation.values.canonical import canonical
from portal.commands_envelope import envelope
from sealing.receipt import PrivateReceipt
from tests.sealing.made import CHAIN, CONTEXT, FILES, KEY, MEMBERS, ROUND, committee, sealed

SIGNATURE = KEY.signature.hex()


class Desk:
    """A folder with all inputs, and the commands run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.put("info.json", CHAIN.to_bytes())
        self.put("ctx.json", canonical(CONTEXT.document()))
        members = committee()
        self.put("c.json", canonical({"t": members.t, "members": list(members.members)}))
        for place, member in enumerate(MEMBERS, 1):
            self.put(f"member{place}.txt", f"# member {place}\n{member}\n".encode())
        self.put("bid.age", sealed()[0])
        self.put("shared.age", sealed(members=members)[0])
        for name, data in FILES:
            self.put(name, data)

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def run(self, *arguments: object) -> tuple[int, list[str]]:
        """Run a command; ``@name`` stands for a file of the folder."""
        words = [
            str(self.folder / word[1:]) if word.startswith("@") else word
            for word in (str(argument) for argument in arguments)
        ]
        result = CliRunner().invoke(envelope, words)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        if result.exit_code == 1:
            assert result.stderr.strip()
        return result.exit_code, result.stdout.splitlines()

    def check(self, file: str, *, number: object = ROUND) -> tuple[int, list[str]]:
        return self.run("check", file, "--chain", "@info.json", "--round", number)

    def open(self, file: str, *more: object, signature: str = SIGNATURE) -> tuple[int, list[str]]:
        start = ("open", file, "--chain", "@info.json", "--context", "@ctx.json")
        return self.run(*start, "--signature", signature, "--out", "@out", *more)

    def unwrap(self, file: str, *, signature: str = SIGNATURE) -> tuple[int, list[str]]:
        start = ("unwrap", file, "--chain", "@info.json", "--signature", signature)
        return self.run(*start, "--out", "@plain")

    def share(self, file: str, member: object, identity: str) -> tuple[int, list[str]]:
        start = ("share", file, "--chain", "@info.json", "--context", "@ctx.json")
        more = ("--signature", SIGNATURE, "--member", member, "--identity", identity)
        return self.run(*start, *more)

    def seal(self, *more: object) -> tuple[int, list[str]]:
        start = ("seal", "--chain", "@info.json", "--context", "@ctx.json", "--out", "@new.age")
        return self.run(*start, *more)

    def outputs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_check(desk: Desk) -> None:
    assert desk.check("@bid.age")[0] == 0
    assert desk.check("@bid.age", number=778) == (1, ["wrong-round"])
    assert desk.check("@bid.age", number=-1) == (1, ["wrong-round"])
    assert desk.check("@bid.age", number=10**40) == (1, ["wrong-round"])
    assert desk.check("@ctx.json") == (1, ["bad-age-header"])
    assert desk.check("@none")[0] == 2
    assert desk.check("@bid.age", number="one")[0] == 2
    assert desk.check(str(desk.folder))[0] == 2
    desk.put("info.json", b"{}")
    assert desk.check("@bid.age") == (1, ["bad-chain-info"])


def test_unwrap(desk: Desk) -> None:
    assert desk.unwrap("@bid.age")[0] == 0
    path = desk.folder / "plain"
    assert path.read_bytes().startswith(b"TSEAL1\n")
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    assert desk.unwrap("@bid.age") == (1, ["output-exists"])
    assert path.read_bytes() == before


def test_unwrap_of_a_broken_file_writes_nothing(desk: Desk) -> None:
    data = bytearray(sealed()[0])
    data[-1] ^= 1
    desk.put("bid.age", bytes(data))
    names = set(desk.folder.iterdir())
    assert desk.unwrap("@bid.age") == (1, ["age-failed"])
    assert set(desk.folder.iterdir()) == names


def test_open(desk: Desk) -> None:
    assert desk.open("@bid.age")[0] == 0
    assert desk.outputs() == dict(FILES)
    assert (desk.folder / "out").stat().st_mode & 0o777 == 0o700
    for path in (desk.folder / "out").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert desk.open("@bid.age") == (1, ["output-exists"])
    assert desk.outputs() == dict(FILES)


def test_open_fills_an_empty_folder_and_no_other(desk: Desk) -> None:
    (desk.folder / "out").mkdir()
    assert desk.open("@bid.age")[0] == 0
    assert desk.outputs() == dict(FILES)


def test_open_does_not_replace_a_file(desk: Desk) -> None:
    desk.put("out", b"mine")
    assert desk.open("@bid.age") == (1, ["output-exists"])
    assert (desk.folder / "out").read_bytes() == b"mine"


@pytest.mark.parametrize("signature", ["", "zz", "00" * 48, SIGNATURE[:-2], SIGNATURE + "00", " "])
def test_wrong_signatures(desk: Desk, signature: str) -> None:
    assert desk.open("@bid.age", signature=signature) == (1, ["wrong-signature"])
    assert desk.unwrap("@bid.age", signature=signature) == (1, ["wrong-signature"])
    assert not (desk.folder / "out").exists()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", canonical({"tender": "T-1"})])
def test_bad_contexts(desk: Desk, data: bytes) -> None:
    desk.put("ctx.json", data)
    assert desk.open("@bid.age") == (1, ["bad-context"])
    assert desk.share("@shared.age", 1, "@member1.txt") == (1, ["bad-context"])
    assert desk.seal("@bid.json") == (1, ["bad-context"])


def test_another_tenders_context(desk: Desk) -> None:
    desk.put("ctx.json", canonical(CONTEXT.document() | {"vendor": "V-8"}))
    assert desk.open("@bid.age") == (1, ["binding-vendor"])
    assert desk.share("@shared.age", 1, "@member1.txt") == (1, ["binding-vendor"])


def test_a_committee_opens(desk: Desk) -> None:
    shares = []
    for member in (1, 3):
        code, lines = desk.share("@shared.age", member, f"@member{member}.txt")
        assert code == 0
        shares += ["--share", f"{member}:{lines[-1]}"]
    members = ("--committee", "@c.json")
    assert desk.open("@shared.age") == (1, ["binding-committee"])
    assert desk.open("@bid.age", *members) == (1, ["binding-committee"])
    assert desk.open("@shared.age", *members) == (1, ["quorum"])
    assert desk.open("@shared.age", *members, *shares[:2]) == (1, ["quorum"])
    assert desk.open("@shared.age", *members, *shares[:2] * 2) == (1, ["quorum"])
    assert desk.open("@shared.age", *members, *shares, "--share", "2:00") == (1, ["bad-share"])
    assert desk.open("@shared.age", *members, *shares, "--share", "2:zz") == (1, ["bad-share"])
    assert desk.open("@shared.age", *members, *shares, "--share", "9:00") == (1, ["bad-share"])
    for wrong in ("2", "x:00", "-1:00", "", "²:00"):
        assert desk.open("@shared.age", *members, "--share", wrong)[0] == 2
    assert desk.open("@shared.age", *members, *shares)[0] == 0
    assert desk.outputs() == dict(FILES)


def test_bad_committees(desk: Desk) -> None:
    desk.put("c.json", b"{}")
    assert desk.open("@shared.age", "--committee", "@c.json") == (1, ["bad-context"])
    assert desk.seal("@bid.json", "--committee", "@c.json") == (1, ["bad-context"])


def test_shares_that_are_not_given(desk: Desk) -> None:
    assert desk.share("@shared.age", 2, "@member1.txt") == (1, ["wrong-identity"])
    assert desk.share("@shared.age", 1, "@ctx.json") == (1, ["wrong-identity"])
    assert desk.share("@shared.age", 1, "@offer.pdf") == (1, ["wrong-identity"])
    assert desk.share("@shared.age", 4, "@member4.txt") == (1, ["share-not-for-this-envelope"])
    assert desk.share("@bid.age", 1, "@member1.txt") == (1, ["binding-committee"])
    assert desk.share("@shared.age", "one", "@member1.txt")[0] == 2


def test_seal_and_open(desk: Desk) -> None:
    assert desk.seal("@offer.pdf", "@bid.json", "--receipt", "@receipt.json")[0] == 0
    for name in ("new.age", "receipt.json"):
        assert (desk.folder / name).stat().st_mode & 0o777 == 0o600
    receipt = PrivateReceipt.parse((desk.folder / "receipt.json").read_bytes())
    assert receipt.size == (desk.folder / "new.age").stat().st_size
    assert desk.check("@new.age")[0] == 0
    code, lines = desk.open("@new.age")
    assert code == 0
    assert lines[0] == f"eid {receipt.eid}"
    assert lines[1].endswith("bid.json")
    assert desk.outputs() == dict(FILES)


def test_seal_warns_of_a_price_in_a_technical_envelope(desk: Desk) -> None:
    """It seals all the same: what is bid is the bidder's."""
    start = ["seal", "--chain", str(desk.folder / "info.json")]
    start += ["--context", str(desk.folder / "ctx.json")]
    for kind, bid, warned in (
        ("technical", b'{"total":"1","v":1}', True),
        ("technical", b'{"v":1}', False),
        ("technical", b"no json", False),
        ("financial", b'{"total":"1","v":1}', False),
    ):
        desk.put("ctx.json", canonical(CONTEXT.document() | {"kind": kind}))
        desk.put("bid.json", bid)
        out = desk.folder / "warned.age"
        words = [*start, "--out", str(out), str(desk.folder / "bid.json")]
        result = CliRunner().invoke(envelope, words)
        assert result.exit_code == 0
        assert ("tells a price" in result.stderr) == warned
        out.unlink()


def test_seal_for_a_committee(desk: Desk) -> None:
    assert desk.seal("@bid.json", "--committee", "@c.json", "--receipt", "@receipt.json")[0] == 0
    assert PrivateReceipt.parse((desk.folder / "receipt.json").read_bytes()).inner_secret
    code, lines = desk.share("@new.age", 2, "@member2.txt")
    assert code == 0
    assert len(lines[-1]) == 66


@pytest.mark.parametrize("name", ["new.age", "receipt.json"])
def test_seal_writes_over_nothing(desk: Desk, name: str) -> None:
    desk.put(name, b"mine")
    names = set(desk.folder.iterdir())
    assert desk.seal("@bid.json", "--receipt", "@receipt.json") == (1, ["output-exists"])
    assert (desk.folder / name).read_bytes() == b"mine"
    assert set(desk.folder.iterdir()) == names


def test_seal_refuses_what_does_not_fit_together(desk: Desk) -> None:
    assert desk.seal("@bid.json", "@bid.json") == (1, ["bad-files"])
    assert desk.seal()[0] == 2
    assert desk.seal("@none")[0] == 2
    assert desk.seal("@bid.json", "--receipt", "@no/folder/receipt.json")[0] == 2
    desk.put("ctx.json", canonical(CONTEXT.document() | {"chain": "0" * 64}))
    assert desk.seal("@bid.json") == (1, ["bad-context"])
    desk.put("info.json", b"")
    assert desk.seal("@bid.json") == (1, ["bad-chain-info"])
