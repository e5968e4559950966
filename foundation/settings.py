"""Configuration, read once from the environment when a process starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from foundation.modes import folder_mode
from foundation.s3_place import LOOPBACK, S3Place, s3_place
from foundation.values.refusal import Refusal

LOCAL_NAMES = LOOPBACK


@dataclass(frozen=True)
class Settings:
    """Everything an operator may set; see README for what each variable means."""

    data_dir: Path
    database_url: str
    public_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: int = 0
    practice: bool = False
    beacon_url: str = ""
    beacon_chain_hash: str = ""
    # Of a shared key's holders in their order; only a holder's own process asks them.
    beacon_holders: str = ""
    smtp_url: str = ""
    mail_sender: str = ""
    entity_phone: str = ""
    backup_recipient: str = ""
    backup_folder: Path | None = None
    beacon_backup_recipient: str = ""
    s3: S3Place | None = None
    # Where a front that overwrites the header X-Body-File keeps bodies; None: no such front.
    body_folder: Path | None = None
    clamd: str = ""
    files_url: str = ""

    @property
    def secure(self) -> bool:
        """Tell whether the public address is https."""
        return self.public_url.startswith("https://")

    @property
    def beacon_urls(self) -> tuple[str, ...]:
        """Return the addresses that are asked for rounds; the first one also for the chain."""
        return tuple(self.beacon_url.split())

    @property
    def local_beacon(self) -> bool:
        """Tell whether the chain is this operator's own (a practice seal, decision 25)."""
        return not self.beacon_chain_hash

    @property
    def agreed_clock(self) -> Path:
        """Return the file through which this machine's processes agree on the clock."""
        return self.folder("clock") / "agreed.json"

    def folder(self, name: str) -> Path:
        """Return the folder ``name`` below the data folder, made for us alone if missing."""
        path = self.data_dir / name
        if not path.is_dir():
            path.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        return path

    @property
    def backups(self) -> Path:
        """Return the folder into which archives are written."""
        return self.backup_folder or self.data_dir / "backups"

    def check(self) -> None:
        """Refuse a bind that would carry sessions in the clear (decision 20).

        Raises:
            Refusal: ``unsafe-bind``.
        """
        public = self.host not in LOCAL_NAMES
        if public and not (self.secure and self.trusted_proxies > 0):
            raise Refusal("unsafe-bind")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the environment asks for.

    Raises:
        Refusal: ``bad-setting`` naming the variable.
    """
    env = os.environ if environment is None else environment
    port = _number(env, "PORT", 8000)
    data_dir = Path(env.get("MUHR_DATA", "data")).absolute()
    beacon_port = _number(env, "MUHR_BEACON_PORT", port + 1)
    backups = env.get("MUHR_BACKUP_FOLDER", "")
    bodies = env.get("MUHR_BODY_FOLDER", "")
    public_url = env.get("MUHR_PUBLIC_URL", f"http://localhost:{port}").rstrip("/")
    if urlsplit(public_url).scheme not in {"http", "https"}:
        raise Refusal("bad-setting", name="MUHR_PUBLIC_URL")
    if bodies and not Path(bodies).is_absolute():
        raise Refusal("bad-setting", name="MUHR_BODY_FOLDER")
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(env, data_dir),
        public_url=public_url,
        host=env.get("MUHR_HOST", "127.0.0.1"),
        port=port,
        trusted_proxies=_number(env, "MUHR_TRUSTED_PROXIES", 0),
        practice=env.get("MUHR_PRACTICE", "") == "1",
        beacon_url=env.get("MUHR_BEACON_URL", "").strip() or f"http://127.0.0.1:{beacon_port}",
        beacon_chain_hash=env.get("MUHR_BEACON_CHAIN", ""),
        beacon_holders=env.get("MUHR_BEACON_HOLDERS", ""),
        smtp_url=env.get("MUHR_SMTP_URL", ""),
        mail_sender=env.get("MUHR_MAIL_SENDER", ""),
        entity_phone=env.get("MUHR_ENTITY_PHONE", ""),
        backup_recipient=env.get("MUHR_BACKUP_RECIPIENT", ""),
        backup_folder=Path(backups).absolute() if backups else None,
        beacon_backup_recipient=env.get("MUHR_BEACON_BACKUP_RECIPIENT", ""),
        s3=s3_place(env),
        body_folder=Path(bodies) if bodies else None,
        clamd=_clamd(env),
        files_url=_files_url(env, public_url),
    )


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    """Return where the database is; ``postgres://`` and ``postgresql://`` mean our driver."""
    url = env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'muhr.sqlite3'}"
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    if scheme not in {"sqlite", "postgresql+psycopg"} or not rest:
        raise Refusal("bad-setting", name="DATABASE_URL")
    return f"{scheme}://{rest}"


def _clamd(env: Mapping[str, str]) -> str:
    """Return where the virus scanner listens: ``unix:/path`` or ``host:port``; empty for none."""
    address = env.get("MUHR_CLAMD", "")
    host, _, port = address.rpartition(":")
    unix = address.startswith("unix:/")
    if address and not unix and not (host and port.isascii() and port.isdigit()):
        raise Refusal("bad-setting", name="MUHR_CLAMD")
    return address


def _files_url(env: Mapping[str, str], public_url: str) -> str:
    """Return the address of the files' own host; it is another host than that of the pages."""
    address = env.get("MUHR_FILES_URL", "").rstrip("/")
    if not address:
        return ""
    files, pages = urlsplit(address), urlsplit(public_url)
    known = files.scheme == pages.scheme and files.hostname and not files.path
    if not known or files.hostname == pages.hostname:
        raise Refusal("bad-setting", name="MUHR_FILES_URL")
    return address


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise Refusal("bad-setting", name=name)
    return int(text)
