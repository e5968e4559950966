"""Every package's rows, imported so that migrations and checks see the whole schema."""

import importlib
import importlib.util

import foundation.mail.outbox  # noqa: F401
import transparency.models  # noqa: F401

for package in ("accounts", "beacon", "tendering", "bids", "evaluation", "notices", "oversight"):
    try:
        if importlib.util.find_spec(f"{package}.models"):
            importlib.import_module(f"{package}.models")
    except ModuleNotFoundError:
        continue
