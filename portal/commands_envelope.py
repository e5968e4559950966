"""The command line of sealed envelopes: check, unwrap, open, share, seal."""

from __future__ import annotations

import hashlib
import mimetypes
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path

import click

from beacon.domain import refusals as beacon_refusals
from beacon.domain.chain import ChainInfo
from bids.domain import bid_content
from bids.domain import refusals as bid_refusals
from foundation.command_line import coded
from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from portal.output_files import FreshFile, FreshFolder
from portal.share_papers import SharePapers
from sealing import bls
from sealing import refusals as sealing_refusals
from sealing.age_keys import AnyIdentity, parse_identity_file
from sealing.committee import Committee, take_share
from sealing.envelope import (
    RoundKey,
    check_upload,
    open_envelope,
    open_member_share,
    read_committee_part,
)
from sealing.envelope import unwrap_envelope as unwrap_outer
from sealing.package import MAGIC, Context, FileEntry
from sealing.seal import SealedFile, seal_envelope
from sealing.slip import HandInSlip

INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OUTPUT = click.Path(path_type=Path)
TEXTS = {
    "not-approved": bid_refusals.REFUSALS["not-approved"],
    **beacon_refusals.REFUSALS,
    **sealing_refusals.REFUSALS,
}
ANY_TYPE = "application/octet-stream"
PADDING_STEP = 4096
LONGEST_FACTS = 1024 * 1024
OUT, RECEIPT, SLIP = "out", "receipt", "slip"
UNLISTED = "warning: without --list nothing shows that this bid was approved for opening"
PRICE_TOLD = "warning: this technical bid.json tells a price; it would be named"


class PostedShare(click.ParamType[tuple[int, str]]):
    """A committee member's number and share, ``I:HEX``."""

    name = "share"

    def convert(
        self,
        value: str | tuple[int, str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, str]:
        """Read the share, or end with wrong use."""
        if not isinstance(value, str):
            return value
        index, mark, share = value.partition(":")
        if not mark or not (index.isascii() and index.isdigit()) or len(index) > 3:
            self.fail(f"{value[:20]!r} is not I:HEX", param, ctx)
        return int(index), share


@click.group()
def envelope() -> None:
    """Sealed envelopes: anyone can check, open and seal them with these commands."""


@envelope.command()
@click.argument("file", type=INPUT)
@click.option("--chain", "info", type=INPUT, required=True, help="drand's chain info.")
@click.option("--round", "round_number", type=int, required=True, help="The tender's round.")
@coded(TEXTS)
def check(file: Path, info: Path, round_number: int) -> None:
    """Check an envelope as at its upload, decrypting nothing."""
    chain = _read_chain(info)
    with file.open("rb") as stream:
        upload = check_upload(stream, chain.hash, round_number)
    click.echo(f"ok: {upload.size} bytes, sealed to round {upload.round} of {upload.chain}")


@envelope.command()
@click.argument("file", type=INPUT)
@click.option("--chain", "info", type=INPUT, required=True, help="drand's chain info.")
@click.option("--signature", required=True, help="The round's signature in hex.")
@click.option("--out", type=OUTPUT, required=True, help="A file that does not exist yet.")
@coded(TEXTS)
def unwrap(file: Path, info: Path, signature: str, out: Path) -> None:
    """Write the outer age file's plaintext as it is."""
    chain = _read_chain(info)
    with file.open("rb") as stream, FreshFile(out) as fresh:
        upload = check_upload(stream, chain.hash, None)
        unwrap_outer(stream, _make_key(chain, upload.round, signature), fresh.sink)
        fresh.publish()


@envelope.command("open")
@click.argument("file", type=INPUT)
@click.option("--chain", "info", type=INPUT, required=True, help="drand's chain info.")
@click.option("--signature", required=True, help="The round's signature in hex.")
@click.option("--context", "facts", type=INPUT, required=True, help="CTX.json.")
@click.option("--committee", type=INPUT, help="C.json, when the tender has a committee.")
@click.option("--share", "shares", type=PostedShare(), multiple=True, help="I:HEX, once a member.")
@click.option("--out", type=OUTPUT, required=True, help="A folder that does not exist yet.")
@coded(TEXTS)
def open_(
    file: Path,
    info: Path,
    signature: str,
    facts: Path,
    committee: Path | None,
    shares: tuple[tuple[int, str], ...],
    out: Path,
) -> None:
    """Check everything and write the files; none is written unless all held."""
    chain, context = _read_chain(info), _read_context(facts)
    members = _read_committee(committee) if committee else None
    with file.open("rb") as stream, FreshFolder(out) as folder:
        check_upload(stream, chain.hash, context.round)
        opened = open_envelope(
            stream,
            _make_key(chain, context.round, signature),
            context,
            lambda _, entry: folder.add(entry.name),
            committee=members,
            shares=[(index, _read_share(share)) for index, share in shares],
        )
        folder.publish()
    click.echo(f"eid {opened.eid}")
    for opened_file in opened.files:
        click.echo(f"{opened_file.sha256}  {opened_file.size}  {opened_file.name}")


@envelope.command()
@click.argument("file", type=INPUT)
@click.option("--chain", "info", type=INPUT, required=True, help="drand's chain info.")
@click.option("--signature", required=True, help="The round's signature in hex.")
@click.option("--context", "facts", type=INPUT, required=True, help="CTX.json.")
@click.option("--member", type=int, required=True, help="Your number in the committee, from 1.")
@click.option("--identity", type=INPUT, required=True, help="Your age identity file.")
@click.option("--list", "listed", type=INPUT, help="The signed list: give a share of none but it.")
@click.option("--pin", type=INPUT, help="The platform's key as you kept it; else IDENTITY.pin.")
@click.option("--pack", "packs", type=INPUT, multiple=True, help="The tender pack bid upon.")
@click.option("--prices", type=INPUT, help="The signed approval of prices, for a price.")
@click.option(
    "--newest-signature",
    "newest",
    default="",
    help="The newest round's, for a bid confirmed after its dates moved; --pack twice then.",
)
@coded(TEXTS)
def share(
    file: Path,
    info: Path,
    signature: str,
    facts: Path,
    member: int,
    identity: Path,
    listed: Path | None,
    pin: Path | None,
    packs: tuple[Path, ...],
    prices: Path | None,
    newest: str,
) -> None:
    """Print a committee member's share, or refuse to be tricked into giving another one.

    With --list it sees for itself that the bid was approved. Then, where the bidder's share file
    does not hold, it prints the evidence as {"file_key": HEX}, and the code dealer-cheated.
    """
    chain, context = _read_chain(info), _read_context(facts)
    identities = _read_identities(identity)
    with file.open("rb") as stream:
        check_upload(stream, chain.hash, context.round)
        key = _make_key(chain, context.round, signature)
        if listed is None:
            click.echo(UNLISTED, err=True)
            click.echo(open_member_share(stream, key, context, member, identities).hex())
            return
        papers = SharePapers(listed, pin or _pin_of(identity), packs, prices, newest)
        place = papers.check(context, _sha256_of(stream), {str(i.recipient()) for i in identities})
        part, eid = read_committee_part(stream, key, context)
    if part.id != place.committee.id:
        raise Refusal("binding-committee")
    if place.number != member:
        raise Refusal("wrong-identity")
    taken = take_share(part, context, eid, member, identities)
    if taken.file_key:
        click.echo(canonical({"file_key": taken.file_key.hex()}))
        raise Refusal("dealer-cheated")
    click.echo(taken.share.hex())


@envelope.command()
@click.option("--pack", "packed", type=INPUT, help="The tender pack of the bid's page, a ZIP.")
@click.option("--sheet", type=INPUT, help="The pack's bid.xlsx, filled in; becomes bid.json.")
@click.option("--chain", "info", type=INPUT, help="drand's chain info, without a pack.")
@click.option("--context", "facts", type=INPUT, help="CTX.json, without a pack.")
@click.option("--committee", type=INPUT, help="C.json, when the tender has a committee.")
@click.option("--receipt", type=OUTPUT, help="Where your private receipt goes. Keep it secret.")
@click.option("--slip", type=OUTPUT, help="The slip to hand in with it; OUT.slip with a pack.")
@click.option("--out", type=OUTPUT, required=True, help="A file that does not exist yet.")
@click.argument("inputs", type=INPUT, nargs=-1)
@coded(TEXTS)
def seal(
    packed: Path | None,
    sheet: Path | None,
    info: Path | None,
    facts: Path | None,
    committee: Path | None,
    receipt: Path | None,
    slip: Path | None,
    out: Path,
    inputs: tuple[Path, ...],
) -> None:
    """Seal files into an envelope that opens at the tender's round.

    What is sealed to is said by --pack, or by --chain, --context and --committee.
    """
    with ExitStack() as stack:
        if packed:
            if info or facts or committee:
                raise click.UsageError("--pack says all that --chain, --context, --committee say.")
            target, bid = _read_pack(packed, sheet, inputs)
            slip = slip or out.with_name(f"{out.name}.slip")
        else:
            if not info or not facts or sheet:
                raise click.UsageError("Give --pack, or --chain and --context.")
            target, bid = _target(info, facts, committee), None
        files = _open_inputs(inputs, stack)
        if bid is not None:
            entry = FileEntry(bid_content.FILE_NAME, len(bid), bid_content.MEDIA_TYPE)
            files = [SealedFile(entry, BytesIO(bid)), *files]
        if not files:
            raise click.UsageError("Nothing to seal.")
        if target.context.kind == bid_content.Kind.TECHNICAL and any(map(_tells_price, inputs)):
            click.echo(PRICE_TOLD, err=True)
        _seal(target, files, {OUT: out, RECEIPT: receipt, SLIP: slip}, stack)


@dataclass(frozen=True)
class _Target:
    """What an envelope is sealed to."""

    chain: ChainInfo
    context: Context
    committee: Committee | None


def _target(info: Path, facts: Path, committee: Path | None) -> _Target:
    chain, context = _read_chain(info), _read_context(facts)
    if context.chain != chain.hash:
        raise Refusal("bad-context")
    return _Target(chain, context, _read_committee(committee) if committee else None)


def _read_pack(
    packed: Path, sheet: Path | None, inputs: tuple[Path, ...]
) -> tuple[_Target, bytes | None]:
    """Return what a tender pack says to seal to, and bid.json when a sheet was filled in."""
    from bids.offline_pack import OfflinePack

    found = OfflinePack.read(packed)
    names = [path.name for path in inputs]
    if sheet and bid_content.FILE_NAME in names:
        raise click.UsageError("Give --sheet or bid.json, not both.")
    bid = found.bid(sheet.read_bytes(), names) if sheet else None
    return _Target(found.chain, found.context, found.committee), bid


def _seal(
    target: _Target, files: list[SealedFile], results: dict[str, Path | None], stack: ExitStack
) -> None:
    """Write envelope, private receipt and slip; all of them appear, or none."""
    fresh = {name: stack.enter_context(FreshFile(path)) for name, path in results.items() if path}
    private = seal_envelope(
        fresh[OUT].sink,
        public_key=target.chain.public_key,
        context=target.context,
        files=files,
        random=secrets.token_bytes,
        committee=target.committee,
        padding=_padding(sum(file.entry.size for file in files)),
    )
    if RECEIPT in fresh:
        fresh[RECEIPT].sink.write(private.to_bytes())
    if SLIP in fresh:
        fresh[SLIP].sink.write(HandInSlip.of(private).to_bytes())
    for name in (RECEIPT, SLIP, OUT):
        if name in fresh:
            fresh[name].publish()
    click.echo(f"chain  {target.context.chain[:16]}  notice {target.context.notice[:16]}")
    click.echo(f"sha256 {private.sha256}  size {private.size}")


def _read_chain(path: Path) -> ChainInfo:
    return ChainInfo.parse(_read_some(path))


def _read_context(path: Path) -> Context:
    try:
        return Context.parse(_read_some(path))
    except ValueError as error:
        raise Refusal("bad-context") from error


def _read_committee(path: Path) -> Committee:
    try:
        return Committee.parse(_read_some(path))
    except ValueError as error:
        raise Refusal("bad-context") from error


def _read_identities(path: Path) -> tuple[AnyIdentity, ...]:
    try:
        return parse_identity_file(_read_some(path).decode("utf-8"))
    except ValueError as error:
        raise Refusal("wrong-identity") from error


def _pin_of(identity: Path) -> Path:
    """Return where the platform's key is kept beside an identity file, by key holders too."""
    pin = identity.with_name(f"{identity.name}.pin")
    if not pin.exists():
        raise click.UsageError(f"Give --pin, or keep the platform's key in {pin.name}.")
    return pin


def _sha256_of(stream: BufferedReader) -> str:
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return digest


def _read_some(path: Path) -> bytes:
    """Return a small file's bytes; a larger one is cut, and so refused by whoever parses it."""
    with path.open("rb") as file:
        return file.read(LONGEST_FACTS)


def _make_key(chain: ChainInfo, round_number: int, signature: str) -> RoundKey:
    try:
        decoded = bytes.fromhex(signature)
    except ValueError as error:
        raise Refusal("wrong-signature") from error
    if len(signature) != 2 * bls.SIGNATURE_SIZE:
        raise Refusal("wrong-signature")
    return chain.round_key(round_number, decoded)


def _read_share(text: str) -> bytes:
    """Return a share's bytes; what is no hex matches no commitment and is refused as such."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _open_inputs(inputs: tuple[Path, ...], stack: ExitStack) -> list[SealedFile]:
    """Open the inputs, the bid itself first as readers of a package expect it."""
    ordered = sorted(inputs, key=lambda path: path.name != bid_content.FILE_NAME)
    return [
        SealedFile(
            FileEntry(path.name, path.stat().st_size, _media_type(path.name)),
            stack.enter_context(path.open("rb")),
        )
        for path in ordered
    ]


def _tells_price(path: Path) -> bool:
    """Tell whether this is a bid.json that carries a price."""
    if path.name != bid_content.FILE_NAME or path.stat().st_size > bid_content.MAX_BYTES:
        return False
    return bid_content.tells_price(path.read_bytes())


def _media_type(name: str) -> str:
    if name == bid_content.FILE_NAME:
        return bid_content.MEDIA_TYPE
    return mimetypes.guess_type(name)[0] or ANY_TYPE


def _padding(size: int) -> int:
    """Return the zero bytes that hide a package's size within a step, as browsers do."""
    return -(len(MAGIC) + size) % PADDING_STEP
