"""`script/install` into a folder: the same tree twice, settings kept, units and sites that hold."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOMAIN = "tenders.example.gov.pk"
SCRIPTS = ("install", "upgrade", "wait-for-clock", "release_files")


def install(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "script" / "install", "--root", root, *arguments],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def tree(root: Path) -> dict[str, tuple[str, str]]:
    """Return every file and link below a root: its mode and what it holds or leads to."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()))
        elif path.is_file():
            mode = oct(path.stat().st_mode & 0o777)
            found[name] = (mode, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("machine")
    answer = install(root, DOMAIN)
    assert answer.returncode == 0, answer.stderr
    return root


def test_twice_gives_the_same_tree(installed: Path) -> None:
    before = tree(installed)
    again = install(installed, DOMAIN)

    assert again.returncode == 0
    assert tree(installed) == before


def test_it_ends_with_what_to_ask_the_provider_for(installed: Path) -> None:
    said = install(installed, DOMAIN).stdout

    for word in ("A record", "443", "SMTP", "backups", "age-keygen", "setup-code"):
        assert word in said


def test_settings_of_the_operator_stay(installed: Path) -> None:
    settings = installed / "etc/muhr/muhr.env"
    changed = settings.read_text().replace("MUHR_SMTP_URL=''", "MUHR_SMTP_URL='smtp://x'")
    settings.write_text(changed)
    install(installed, DOMAIN)

    assert settings.read_text() == changed
    assert settings.stat().st_mode & 0o007 == 0


def test_another_domain_is_refused(installed: Path) -> None:
    before = tree(installed)
    answer = install(installed, "other.example.gov.pk")

    assert answer.returncode == 1
    assert DOMAIN in answer.stderr
    assert tree(installed) == before


@pytest.mark.parametrize(
    "arguments",
    [(), ("localhost",), ("-x",), ("a b.example",), ("a.example;id",), ("$(id).example",),
     ("a.example", "b.example"), ("--beacon", "mine", "a.example"), ("--beacon",),
     ("--holder",), ("--holder", "--beacon", "local", "a.example")],
)  # fmt: skip
def test_wrong_use_writes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    answer = install(tmp_path, *arguments)

    assert answer.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_users_are_apart_and_the_beacons_folder_is_its_own(installed: Path) -> None:
    units = installed / "etc/systemd/system"
    users = {
        path.name: re.findall(r"^User=(.*)$", path.read_text(), re.M)
        for path in units.glob("*.service")
    }

    assert users["muhr-web.service"] == ["muhr-web"]
    assert users["muhr-work.service"] == ["muhr-work"]
    assert users["muhr-beacon.service"] == ["muhr-beacon"]
    assert "m muhr-beacon" not in (installed / "etc/sysusers.d/muhr.conf").read_text()
    for name, text in ((p.name, p.read_text()) for p in units.glob("*.service")):
        assert "@" not in text, f"{name} has a placeholder left"
        assert "NoNewPrivileges=yes" in text
        if name != "muhr-beacon.service":
            assert "InaccessiblePaths=-/var/lib/muhr-beacon" in text
    for name in ("web", "work", "beacon"):
        text = (units / f"muhr-{name}.service").read_text()
        assert "Restart=always" in text
        assert "StartLimitIntervalSec=0" in text
        assert "WantedBy=multi-user.target" in text


def test_quicknet_is_written_when_it_is_asked_for(tmp_path: Path) -> None:
    assert install(tmp_path, "--beacon", "quicknet", DOMAIN).returncode == 0
    settings = (tmp_path / "etc/muhr/muhr.env").read_text()

    assert "MUHR_BEACON_URL='https://api.drand.sh'" in settings
    assert "MUHR_BEACON_CHAIN='52db9ba70e0cc0f6" in settings


HOLDER = "beacon-1.example.org.pk"


def test_a_holder_runs_the_beacon_alone(tmp_path: Path) -> None:
    answer = install(tmp_path, "--holder", HOLDER)
    assert answer.returncode == 0, answer.stderr
    before = tree(tmp_path)
    units = {path.name for path in (tmp_path / "etc/systemd/system").iterdir()}
    site = (tmp_path / "etc/caddy/Caddyfile").read_text()
    settings = (tmp_path / "etc/muhr/beacon.env").read_text()

    assert units == {"muhr-beacon.service"}
    assert not (tmp_path / "etc/muhr/muhr.env").exists()
    assert f"{HOLDER} {{" in site
    assert "reverse_proxy 127.0.0.1:8001" in site
    assert "MUHR_BEACON_HOLDERS=''" in settings
    for word in ("muhr beacon take", "MUHR_BEACON_HOLDERS", "systemctl enable --now muhr-beacon"):
        assert word in answer.stdout
    assert install(tmp_path, "--holder", HOLDER).returncode == 0
    assert tree(tmp_path) == before


def test_no_holder_stands_beside_the_bids(tmp_path: Path) -> None:
    install(tmp_path, DOMAIN)
    before = tree(tmp_path)
    answer = install(tmp_path, "--holder", HOLDER)

    assert answer.returncode == 1
    assert "of its own" in answer.stderr
    assert tree(tmp_path) == before


def test_it_says_which_beacon_the_settings_name(tmp_path: Path) -> None:
    install(tmp_path, DOMAIN)
    settings = tmp_path / "etc/muhr/muhr.env"
    own = settings.read_text()
    assert "could open early" in install(tmp_path, DOMAIN).stdout
    settings.write_text(own.replace("MUHR_BEACON_CHAIN=''", f"MUHR_BEACON_CHAIN='{'ab' * 32}'"))
    said = install(tmp_path, DOMAIN).stdout

    assert "the beacon that MUHR_BEACON_CHAIN names" in said
    assert "could open early" not in said
    assert "quicknet" not in said


def test_the_files_own_host_is_served_too(tmp_path: Path) -> None:
    install(tmp_path, DOMAIN)
    settings = tmp_path / "etc/muhr/muhr.env"
    given = f"MUHR_FILES_URL='https://files.{DOMAIN}'"
    settings.write_text(settings.read_text().replace("MUHR_FILES_URL=''", given))
    assert install(tmp_path, DOMAIN).returncode == 0

    site = (tmp_path / "etc/caddy/Caddyfile").read_text()
    assert f"{DOMAIN}, files.{DOMAIN} {{" in site


def test_an_operators_own_site_is_kept(tmp_path: Path) -> None:
    site = tmp_path / "etc/caddy/Caddyfile"
    site.parent.mkdir(parents=True)
    site.write_text("other.example {\n\trespond hello\n}\n")
    install(tmp_path, DOMAIN)
    install(tmp_path, DOMAIN)

    assert site.read_text().startswith("other.example {")
    assert site.read_text().count("import /etc/caddy/muhr.caddy") == 1
    assert DOMAIN in (tmp_path / "etc/caddy/muhr.caddy").read_text()


@pytest.mark.parametrize(
    ("domain", "own"),
    [("tenders.example", True), ("tenders.home.arpa", True), ("tenders.example.gov.pk", False),
     ("tenders.internal.pk", False), ("myexample.pk", False)],
)  # fmt: skip
def test_only_reserved_names_get_caddys_own_certificate(
    tmp_path: Path, domain: str, own: bool
) -> None:
    said = install(tmp_path, domain).stdout
    site = (tmp_path / "etc/caddy/Caddyfile").read_text()

    assert ("\n\ttls internal\n" in site) is own
    assert ("no public certificate" in said) is own
    assert "@" not in site


def test_long_after_a_start_nothing_waits_for_the_clock() -> None:
    answer = subprocess.run(
        [ROOT / "script" / "wait-for-clock", "1"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert answer.returncode == 0 or "nothing opens" in answer.stderr


def test_no_data_and_no_secret_goes_into_a_release(installed: Path) -> None:
    release = (installed / "opt/muhr/current").resolve()
    names = {path.name for path in release.iterdir()}

    assert {"portal", "script", "wsgi.py", "deploy"} <= names
    assert not names & {".venv", ".git", "data", "node_modules"}


def test_the_settings_are_read_as_they_are_written(installed: Path) -> None:
    read = subprocess.run(
        ["sh", "-c", f"set -a; . {installed}/etc/muhr/muhr.env; env"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    from foundation.settings import from_environment

    settings = from_environment(
        dict(line.split("=", 1) for line in read.splitlines() if "=" in line)
    )
    settings.check()
    assert settings.public_url == f"https://{DOMAIN}"
    assert settings.trusted_proxies == 1
    assert settings.backups == Path("/var/backups/muhr")


if shutil.which("systemd-analyze"):

    def test_systemd_accepts_the_units(installed: Path, tmp_path: Path) -> None:
        for path in (installed / "etc/systemd/system").iterdir():
            text = re.sub(
                r"/opt/muhr/current/\S*(muhr|wait-for-clock)", "/bin/true", path.read_text()
            )
            (tmp_path / path.name).write_text(text)
        answer = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert answer.returncode == 0
        assert "muhr" not in answer.stderr


if shutil.which("caddy"):

    def test_caddy_accepts_the_site(installed: Path, tmp_path: Path) -> None:
        answer = subprocess.run(
            ["caddy", "adapt", "--config", installed / "etc/caddy/Caddyfile",
             "--adapter", "caddyfile", "--validate"],
            capture_output=True, text=True, check=False,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin"},
        )  # fmt: skip

        assert answer.returncode == 0, answer.stderr
        assert f'"host":["{DOMAIN}"]' in answer.stdout


if shutil.which("shellcheck"):

    def test_the_scripts_are_clean() -> None:
        files = [ROOT / "script" / name for name in SCRIPTS] + [ROOT / "deploy" / "muhr"]
        answer = subprocess.run(["shellcheck", *files], capture_output=True, text=True, check=False)

        assert answer.stdout == ""
