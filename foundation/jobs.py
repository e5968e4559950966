"""What a job is given: it is idempotent, leased where it must not run twice, and resumable."""

from dataclasses import dataclass

from foundation.blobs.store import BlobStore
from foundation.database import Sessions
from foundation.settings import Settings


@dataclass(frozen=True)
class JobContext:
    """Everything outside the database that a job may touch."""

    settings: Settings
    sessions: Sessions
    blobs: BlobStore
