"""The one place where an installation's blob store is picked."""

from foundation.blobs.filesystem import FilesystemBlobs
from foundation.blobs.store import BlobStore
from foundation.settings import Settings


def chosen_blobs(settings: Settings) -> BlobStore:
    """Return where this installation keeps its blobs: files in the data folder, or a bucket."""
    if settings.s3 is None:
        return FilesystemBlobs(settings.folder("blobs"))
    from foundation.blobs.s3 import S3Blobs

    return S3Blobs(settings.s3, settings.data_dir / "storing")
