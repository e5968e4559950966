"""STREAM, the payload of an age file: ChaCha20-Poly1305 in chunks of 64 KiB (C2SP age)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealing.reading import Reader, Sink

CHUNK = 65536
TAG = 16
NONCE = 16


class AgeFailed(ValueError):
    """A MAC, a tag or the shape of the file does not hold."""


class StreamReader:
    """The plaintext of a payload; each chunk is given out only after its tag has verified.

    A whole file has verified only when ``read`` has returned no more bytes.
    """

    def __init__(self, reader: Reader, file_key: bytes) -> None:
        self._reader = reader
        nonce = reader.read(NONCE)
        if len(nonce) != NONCE:
            raise AgeFailed("no payload")
        self._cipher = _payload_cipher(file_key, nonce)
        self._counter = 0
        self._ready = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return at most ``size`` verified bytes; none only after the last chunk.

        Raises:
            AgeFailed: a chunk was changed, dropped, moved or added.
        """
        while not self._ready and not self._ended:
            self._next_chunk()
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def drain(self) -> None:
        """Verify all that is left and drop it."""
        self._ready = b""
        while self.read(CHUNK):
            continue

    def _next_chunk(self) -> None:
        sealed = self._reader.read(CHUNK + TAG)
        last = self._reader.at_end()
        if len(sealed) < TAG or (last and len(sealed) == TAG and self._counter):
            raise AgeFailed("impossible size")
        try:
            self._ready = self._cipher.decrypt(_nonce(self._counter, last), sealed, None)
        except InvalidTag as error:
            raise AgeFailed("tag") from error
        self._counter += 1
        self._ended = last


class StreamWriter:
    """Seals what is written to it; the file is whole only after ``close``."""

    def __init__(self, sink: Sink, file_key: bytes, nonce: bytes) -> None:
        self._sink = sink
        self._cipher = _payload_cipher(file_key, nonce)
        self._counter = 0
        self._waiting = bytearray()
        sink.write(nonce)

    def write(self, data: bytes) -> None:
        """Take plaintext; a chunk goes out once it is known not to be the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._sink.write(self._cipher.encrypt(_nonce(self._counter, last), chunk, None))
        self._counter += 1


def sealed_size(plain_size: int) -> int:
    """Return the payload's size in bytes, nonce included, for a plaintext of ``plain_size``."""
    chunks = max(1, -(-plain_size // CHUNK))
    return NONCE + plain_size + chunks * TAG


def is_possible_size(payload_size: int) -> bool:
    """Say whether a payload can have this size: a nonce, then chunks of which none is empty.

    Only a wholly empty plaintext has an empty chunk.
    """
    body = payload_size - NONCE
    rest = body % (CHUNK + TAG)
    return body == TAG or (body > TAG and (rest == 0 or rest > TAG))


def _payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload")
    return ChaCha20Poly1305(hkdf.derive(file_key))


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])
