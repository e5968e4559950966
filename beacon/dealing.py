"""Dealing a shared key once: one file a holder, and the whole key in none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from beacon.anchor import write_durably
from beacon.domain.chain import ChainInfo
from beacon.domain.group import Group, group_hash
from beacon.domain.keepers import shared_id
from beacon.keys import CHAIN_FILE, PERIOD, HolderKey, genesis_time
from foundation.values.refusal import Refusal
from sealing import shared_key

PROGRAM = Path(__file__).resolve().parents[1]


def deal_key(
    threshold: int, holders: int, now: datetime, random: Callable[[int], bytes]
) -> tuple[HolderKey, ...]:
    """Draw a key and return its shares in the order of their holders.

    Args:
        threshold: how many holders sign a round.
        holders: how many there are.
        now: the present instant, for the chain's genesis.
        random: source of cryptographically random bytes.

    Raises:
        Refusal: ``too-few-holders``, ``too-many-holders``, ``bad-threshold``.
    """
    if holders < 2:
        raise Refusal("too-few-holders")
    if holders > shared_key.MOST_HOLDERS:
        raise Refusal("too-many-holders", most=shared_key.MOST_HOLDERS)
    if not 2 <= threshold <= holders:
        raise Refusal("bad-threshold", holders=holders)
    dealt = shared_key.deal(threshold, holders, random)
    seed = group_hash(threshold, holders, dealt.commitments)
    chain = ChainInfo(
        dealt.commitments[0], PERIOD, genesis_time(now), seed, shared_id(threshold, holders)
    )
    group = Group(chain, threshold, holders, dealt.commitments)
    return tuple(HolderKey(group, index, each) for index, each in enumerate(dealt.shares, start=1))


def prepare_folder(folder: Path) -> None:
    """Make the folder for the shares, for its owner alone.

    Raises:
        Refusal: ``output-in-program``, ``output-exists``.
    """
    if folder.resolve().is_relative_to(PROGRAM):
        raise Refusal("output-in-program")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("output-exists")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_shares(folder: Path, keys: tuple[HolderKey, ...]) -> tuple[Path, ...]:
    """Write the public chain and one file of mode 600 a holder; return the holders' files."""
    write_durably(folder / CHAIN_FILE, keys[0].chain.to_bytes())
    paths = tuple(folder / f"holder-{key.index}.json" for key in keys)
    for path, key in zip(paths, keys, strict=True):
        write_durably(path, key.to_bytes())
    return paths
