"""The SHA-384 of the sealing bundle that the pages serve, pinned by every tender pack."""

import json
from functools import cache
from pathlib import Path

from foundation.values.refusal import Refusal

HASHES = Path(__file__).parents[1] / "static" / "built" / "sha384.json"
WORKER = "sealing.worker.js"


@cache
def sealing_sha384(path: Path = HASHES) -> str:
    """Return the hex SHA-384 of the sealing worker, as the set-up recorded it.

    Raises:
        Refusal: ``no-sealing-bundle`` when the front end was not built.
    """
    try:
        hashes = json.loads(path.read_text("utf-8"))
        return str(hashes[WORKER])
    except (OSError, ValueError, KeyError) as error:
        raise Refusal("no-sealing-bundle") from error
