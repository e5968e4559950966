"""Every no that a chain or a beacon can say, in English; the catalogue has Urdu."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    "bad-chain-info": N_("The beacon's chain information is not valid, or its hash is not right."),
    "bad-beacon-answer": N_("The beacon gave an answer that is not valid."),
    "wrong-signature": N_("The signature is not that of the beacon for this round."),
    "bad-round-instant": N_("This instant has no round on the beacon's chain."),
    "beacon-key-unsafe": N_("The beacon's key file can be read by others. Set its mode to 600."),
    "beacon-key-damaged": N_("The beacon's key file is damaged. Restore it from its own backup."),
    "beacon-runs-already": N_("A beacon already runs on this data folder."),
    "beacon-key-there": N_(
        "A beacon's key lies in this data folder already; it was left as it is."
    ),
    "no-share": N_(
        "Holders' addresses are set, but no share lies here. Run muhr beacon take first."
    ),
    "bad-group": N_("The group of holders does not fit its chain."),
    "too-few-holders": N_("A shared key needs at least two holders."),
    "too-many-holders": N_("A shared key has at most %(most)s holders."),
    "bad-threshold": N_("At least two holders must sign, and at most all %(holders)s."),
    "output-exists": N_("The folder is there already and is not empty."),
    "output-in-program": N_("Shares must lie outside the program's own folder."),
    "bad-setting": N_("The setting %(name)s is not valid."),
}
