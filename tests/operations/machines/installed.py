"""The run of a real installation: `script/install`, a power cut and `script/upgrade` under systemd.

The machine is a container with systemd, caddy signs the certificate itself, and the network goes
through the machine that runs this. Time is not kept in step in there, as on a server whose time
service is down: the operator confirms the clock.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import time
from pathlib import Path

import click

from sealing.age import Identity
from tests.operations.machines.checks import Checks
from tests.operations.machines.machine import Machine, fresh_machine

DOMAIN = "tenders.example"
# What every Debian server has beside the smallest root.
SERVER = ("systemd-sysv", "dbus", "iproute2", "procps")
USERS = {"muhr-web": "muhr-web", "muhr-work": "muhr-work", "muhr-beacon": "muhr-beacon"}
TIMERS = ("muhr-backup.timer", "muhr-records.timer")
CLONE = "/root/muhr"
AUTHORITY = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
WELL_SECONDS = 240
ADMINISTRATOR = {
    "organisation_en": "Kot Town Committee", "short_name": "KTC", "city": "Kot",
    "name_en": "Amina Shah", "email": "amina@kot.example",
    "password": "four plain lamps burning", "again": "four plain lamps burning",
}  # fmt: skip


@click.command()
def main() -> None:
    """Make the machine, run everything on it; the last line says how many checks held."""
    checks = Checks()
    with fresh_machine(*SERVER) as machine:
        machine.start(boot=True)
        for step in (_install, _look, _first_administrator, _command_line, _install_again,
                     _power_cut, _upgrade, _go_back, _journal):  # fmt: skip
            with checks.step((step.__doc__ or "").rstrip(".")):
                step(machine, checks)
    checks.end()


def _install(machine: Machine, checks: Checks) -> None:
    """The installation."""
    machine.run("git", "-c", "advice.detachedHead=false", "clone", "--quiet", "/srv/muhr.bundle",
                CLONE)  # fmt: skip
    said = machine.run("script/install", "--beacon", "local", DOMAIN, folder=CLONE, check=False)
    checks.held("script/install ends with 0", said.returncode == 0, said.stdout + said.stderr)
    checks.held("it says what to ask for", "A record" in said.stdout, said.stdout)
    checks.held("the pages answer", _well(machine), _states(machine))
    # The name leads here, and this machine's own looks trust caddy's authority, as browsers must.
    with (machine.root / "etc/hosts").open("a") as hosts:
        hosts.write(f"127.0.0.1 {DOMAIN}\n")
    machine.run("cp", AUTHORITY, "/usr/local/share/ca-certificates/caddy.crt")
    machine.run("update-ca-certificates")


def _look(machine: Machine, checks: Checks) -> None:
    """The services and their users."""
    _all_active(machine, checks)
    for unit, user in USERS.items():
        pid = machine.run("systemctl", "show", "--property=MainPID", "--value", unit).stdout
        owner = machine.run("ps", "-o", "user:20=", "-p", pid.strip(), check=False).stdout
        checks.held(f"{unit} runs as {user}", owner.strip() == user, owner)
    seen = machine.run("ls", "/var/lib/muhr-beacon", user="muhr-web", check=False)
    checks.held("the beacon's key is nobody else's", seen.returncode != 0, seen.stdout)
    listening = machine.run("ss", "-Hltn").stdout
    outside = re.findall(r"(?:\*|0\.0\.0\.0|\[::\]):(\d+)", listening)
    checks.held("only 80 and 443 are open", set(outside) <= {"80", "443"}, listening)


def _first_administrator(machine: Machine, checks: Checks) -> None:
    """The first administrator, through caddy."""
    jar = "/tmp/cookies"
    page = _ask(machine, "/en/first-run", "--cookie-jar", jar).stdout
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if not checks.held("the form is there", token is not None, page[:3000]) or token is None:
        return
    code = machine.run("muhr", "admin", "setup-code").stdout.split()[-1]
    fields = {**ADMINISTRATOR, "csrf_token": token[1], "setup_code": code}
    data = [
        part for key, value in fields.items() for part in ("--data-urlencode", f"{key}={value}")
    ]
    answer = _ask(machine, "/en/first-run", "--cookie", jar, "--cookie-jar", jar, "--location",
                  "--header", f"Origin: https://{DOMAIN}", *data)  # fmt: skip
    checks.held("the account is made", "<details" in answer.stdout, answer.stdout[:3000])
    again = _ask(machine, "/en/first-run", "--output", "/dev/null", "--write-out", "%{http_code}")
    checks.held("and only once", again.stdout != "200", again.stdout)


def _command_line(machine: Machine, checks: Checks) -> None:
    """The command line of the operator."""
    settings = machine.root / "etc/muhr/muhr.env"
    recipient = Identity(secrets.token_bytes(32)).recipient()
    settings.write_text(settings.read_text().replace("RECIPIENT=''", f"RECIPIENT='{recipient}'", 1))
    _confirm_clock(machine)
    machine.run("muhr", "beacon", "confirm", check=False)
    made = machine.run("muhr", "backup", check=False)
    checks.held("muhr backup writes an archive", made.returncode == 0, made.stderr)
    for unit in ("muhr-backup.service", "muhr-records.service"):
        ran = machine.run("systemctl", "start", unit, check=False)
        log = machine.run("journalctl", "--no-pager", "-u", unit).stdout
        checks.held(f"{unit} runs as its user", ran.returncode == 0, log[-3000:])
    said = machine.run("muhr", "doctor", check=False).stdout
    click.echo(re.sub("^", "   ", said, flags=re.MULTILINE))
    bad = re.findall(r"^BAD +(\S+)", said, re.MULTILINE)
    checks.held("muhr doctor misses the mail account alone", bad == ["Mail"], said)


def _install_again(machine: Machine, checks: Checks) -> None:
    """The installation once more."""
    before = _files(machine)
    said = machine.run("script/install", DOMAIN, folder=CLONE, check=False)
    checks.held("script/install ends with 0", said.returncode == 0, said.stdout + said.stderr)
    after = _files(machine)
    checks.held("no file of it changed", before == after, set(before) ^ set(after))
    checks.held("the pages answer", _well(machine), _states(machine))


def _power_cut(machine: Machine, checks: Checks) -> None:
    """A power cut."""
    machine.cut()
    started = time.monotonic()
    machine.start(boot=True)
    checks.held("the pages come back by themselves", _well(machine), _states(machine))
    click.echo(f"   after {time.monotonic() - started:.0f} s")
    _all_active(machine, checks)
    answer = _ask(machine, "/en/first-run", "--output", "/dev/null", "--write-out", "%{http_code}")
    checks.held("the administrator is still there", answer.stdout != "200", answer.stdout)


def _upgrade(machine: Machine, checks: Checks) -> None:
    """The next release."""
    _confirm_clock(machine)
    before = _release(machine)
    _commit(machine, "README.md", "\nA newer release.\n")
    said = machine.run("script/upgrade", folder=CLONE, check=False)
    checks.held("script/upgrade ends with 0", said.returncode == 0, said.stdout + said.stderr)
    checks.held("another release runs", _release(machine) != before, before)
    checks.held("the pages answer", _well(machine), _states(machine))
    _all_active(machine, checks)


def _go_back(machine: Machine, checks: Checks) -> None:
    """A release whose pages do not start."""
    before = _release(machine)
    _commit(machine, "portal/running.py", "\n\nserving = None  # type: ignore[assignment]\n")
    said = machine.run("env", "MUHR_ANSWER_SECONDS=20", "script/upgrade", folder=CLONE, check=False)
    last = said.stdout.strip().rpartition("\n")[2]
    checks.held("script/upgrade ends with 1", said.returncode == 1, said)
    checks.held("and says went-back", last == "went-back", said.stdout + said.stderr)
    checks.held("the former release runs", _release(machine) == before, _release(machine))
    checks.held("the pages answer", _well(machine), _states(machine))
    _all_active(machine, checks)


def _journal(machine: Machine, checks: Checks) -> None:
    """What the services wrote."""
    units = [part for unit in USERS for part in ("-u", unit)]
    said = machine.run("journalctl", "--no-pager", "--boot", "-q", *units).stdout
    refused = re.findall(r".*(?:Permission denied|Read-only file system|Operation not).*", said)
    checks.held("no path was refused to them", not refused, refused[:20])


def _all_active(machine: Machine, checks: Checks) -> None:
    for unit in (*USERS, *TIMERS, "caddy"):
        state = machine.run("systemctl", "is-active", unit, check=False).stdout.strip()
        checks.held(f"{unit} is active", state == "active", _states(machine))


def _well(machine: Machine) -> bool:
    """Wait until caddy passes on what the pages answer."""
    end = time.monotonic() + WELL_SECONDS
    while time.monotonic() < end:
        if '"ok"' in _ask(machine, "/health").stdout:
            return True
        time.sleep(1)
    return False


def _ask(machine: Machine, path: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Ask as a browser that trusts caddy's authority would."""
    return machine.run(
        "curl", "--silent", "--max-time", "60", "--cacert", AUTHORITY,
        "--resolve", f"{DOMAIN}:443:127.0.0.1", *more, f"https://{DOMAIN}{path}", check=False,
    )  # fmt: skip


def _files(machine: Machine) -> list[str]:
    """List what an installation wrote outside its data: names, owners, modes, contents."""
    skipped = [part for name in ("*/__pycache__", "*/.venv", "*/node_modules")
               for part in ("-path", name, "-prune", "-o")]  # fmt: skip
    written = ("find", "/etc", "/usr/local/bin", "/opt/muhr", *skipped)
    found = machine.run(*written, "-not", "-type", "d", "-printf", "%p %u:%g %m %l\n").stdout
    sums = machine.run(*written, "-type", "f", "-exec", "sha256sum", "{}", "+").stdout
    return sorted((found + sums).splitlines())


def _confirm_clock(machine: Machine) -> None:
    """Vouch for the clock, as the operator does when no time service can; it may be well."""
    machine.run("muhr", "clock", "confirm", "--reason=compared with a watch", check=False)


def _release(machine: Machine) -> str:
    return str(Path(machine.root / "opt/muhr/current").readlink())


def _commit(machine: Machine, name: str, more: str) -> None:
    """Make the clone newer, as `git pull` would."""
    with (machine.root / CLONE[1:] / name).open("a") as file:
        file.write(more)
    machine.run("git", "-c", "user.name=Kot", "-c", "user.email=kot@kot.example", "commit",
                "--quiet", "--all", "--message", "A newer release", folder=CLONE)  # fmt: skip


def _states(machine: Machine) -> str:
    """Say how the units are and what they said last."""
    units = [part for unit in (*USERS, "caddy") for part in ("-u", unit)]
    failed = machine.run("systemctl", "--no-pager", "list-units", "muhr*", "caddy*", check=False)
    said = machine.run("journalctl", "--no-pager", "-q", "-n", "40", *units, check=False)
    return failed.stdout + said.stdout


if __name__ == "__main__":
    main()
