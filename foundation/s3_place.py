"""Where blobs lie when not in files: the bucket that an operator names, and the key to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from foundation.values.refusal import Refusal

SCHEME = "s3://"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
BLOBS, ENDPOINT, PLAIN = "MUHR_BLOBS", "MUHR_S3_ENDPOINT", "MUHR_S3_PLAIN_HTTP"


@dataclass(frozen=True)
class S3Place:
    """A place in a bucket and the key that opens it.

    Args:
        bucket: its name; it must be there already.
        prefix: what every key there begins with, without slashes around it; may be empty.
        endpoint: the store's address; empty means Amazon's in that region.
        region: as the store names it.
        key_id: the access key.
        secret: its secret half, shown nowhere.
    """

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)

    @property
    def address(self) -> str:
        """Return bucket and endpoint as an operator recognises them."""
        return f"{SCHEME}{self.bucket} ({self.endpoint or self.region})"


def s3_place(env: Mapping[str, str]) -> S3Place | None:
    """Return the place that the environment asks for, None for files in the data folder.

    Raises:
        Refusal: ``bad-setting`` naming the variable.
    """
    chosen = env.get(BLOBS, "")
    if chosen in {"", "files"}:
        return None
    bucket, _, prefix = chosen.removeprefix(SCHEME).rstrip("/").partition("/")
    well = chosen.startswith(SCHEME) and BUCKET.fullmatch(bucket)
    if not well or (prefix and not PREFIX.fullmatch(prefix)):
        raise Refusal("bad-setting", name=BLOBS)
    return S3Place(
        bucket=bucket,
        prefix=prefix,
        endpoint=_endpoint(env),
        region=env.get("MUHR_S3_REGION", "us-east-1"),
        key_id=_given(env, "AWS_ACCESS_KEY_ID"),
        secret=_given(env, "AWS_SECRET_ACCESS_KEY"),
    )


def _endpoint(env: Mapping[str, str]) -> str:
    """Return the store's address: what was opened lies there readable, so only by https.

    Plain http is for the same machine, and for a private network where the operator says so.
    """
    endpoint = env.get(ENDPOINT, "").rstrip("/")
    parts = urlsplit(endpoint)
    plain = parts.hostname in LOOPBACK or env.get(PLAIN, "") == "1"
    if endpoint and not (
        parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and plain))
    ):
        raise Refusal("bad-setting", name=ENDPOINT)
    return endpoint


def _given(env: Mapping[str, str], name: str) -> str:
    """Return a credential that must be set: none is looked for elsewhere on the network."""
    if not env.get(name):
        raise Refusal("bad-setting", name=name)
    return env[name]
