"""The signed papers, as files, by which `muhr envelope share` sees that a bid was approved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bids.domain.approved import Place, approving_act, check_moved, confirmed_notice, place_in
from bids.domain.bid_content import Kind
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from sealing.package import Context
from sealing.signatures import NoteVerifier

LARGEST_PAPER = 32 * 1024 * 1024
LARGEST_PIN = 1024


@dataclass(frozen=True)
class SharePapers:
    """What the platform handed over besides the sealed file; nothing of it is believed unsigned.

    Args:
        listed: the signed list of the opening.
        pin: the platform's public key, kept since the member's own key was made.
        packs: the tender pack that was bid upon; for a confirmed bid the newest one, too.
        prices: the signed approval of prices, for a price.
        newest: the signature of the newest round, for a confirmed bid.
    """

    listed: Path
    pin: Path
    packs: Sequence[Path]
    prices: Path | None
    newest: str

    def check(self, context: Context, sha256: str, recipients: Collection[str]) -> Place:
        """Return the member's place in the pack that was bid upon.

        Raises:
            Refusal: ``not-approved``, ``bad-note``, ``wrong-note-signature``, ``wrong-signature``.
        """
        packs = {sha256_hex(data): data for data in map(_read, self.packs)}
        pinned = self._pinned()
        notice = confirmed_notice(_read(self.listed), pinned, context, sha256)
        sealed_to = packs.get(context.notice, b"")
        place = place_in(sealed_to, context, recipients)
        if notice:
            newer, signature = packs.get(notice, b""), _signature(self.newest)
            check_moved(place.chain, sealed_to, newer, notice, signature)
        if context.kind == Kind.FINANCIAL:
            if self.prices is None:
                raise Refusal("not-approved")
            approving_act(_read(self.prices), pinned, context, sha256)
        return place

    def _pinned(self) -> NoteVerifier:
        try:
            return NoteVerifier.parse(_read(self.pin, LARGEST_PIN).decode().strip())
        except ValueError as error:
            raise Refusal("wrong-note-signature") from error


def _read(path: Path, largest: int = LARGEST_PAPER) -> bytes:
    with path.open("rb") as file:
        return file.read(largest)


def _signature(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError as error:
        raise Refusal("wrong-signature") from error
