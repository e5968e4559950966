"""The run on an empty machine: what a stranger's first minutes with Muhr are like.

On Debian 12 with Python and git alone, somebody who is not root is told the one line to run, and
root has the demo within minutes. ``--with-tests`` runs ``script/test`` or a choice of it there.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import time

import click

from portal.demo.story import PUMPS
from tests.operations.machines.checks import Checks
from tests.operations.machines.machine import Machine, fresh_machine

SETUP_SECONDS, SERVER_SECONDS = 4 * 60, 5 * 60
SOMEBODY = "somebody"
ASK = """
import sys, urllib.request
with urllib.request.urlopen("http://localhost:8000" + sys.argv[1], timeout=120) as answer:
    sys.stdout.write(answer.read().decode())
"""


@click.command()
@click.option("--with-tests", is_flag=True, help="Run script/test there too, with these paths.")
@click.argument("paths", nargs=-1)
def main(with_tests: bool, paths: tuple[str, ...]) -> None:
    """Make the machine, run everything on it; the last line says how many checks held."""
    if paths and not with_tests:
        raise click.UsageError("paths are for --with-tests")
    checks = Checks()
    with fresh_machine() as machine:
        machine.start(boot=False)
        with checks.step("somebody who is not root"):
            _without_root(machine, checks)
        with checks.step("the demo"):
            _demo(machine, checks)
        if with_tests:
            with checks.step("the tests"):
                _tests(machine, checks, paths)
    checks.end()


def _without_root(machine: Machine, checks: Checks) -> None:
    machine.run("useradd", "--create-home", SOMEBODY)
    _clone(machine, SOMEBODY)
    answer = machine.run(
        "script/server", user=SOMEBODY, folder=f"/home/{SOMEBODY}/muhr", check=False, seconds=60
    )
    lines = re.findall(r"^ +sudo sh -c 'apt-get .*'$", answer.stderr, re.MULTILINE)
    checks.held("it ends with 1", answer.returncode == 1, answer)
    checks.held("the one line is printed", len(lines) == 1, answer.stderr)
    checks.held(
        "and says when to come back", "then the same command again" in answer.stderr, answer
    )
    checks.held("no more than that is said", len(answer.stderr.splitlines()) == 2, answer.stderr)
    left = machine.run("git", "status", "--porcelain", "--ignored", user=SOMEBODY,
                       folder=f"/home/{SOMEBODY}/muhr").stdout  # fmt: skip
    checks.held("nothing half done is left", left == "", left)


def _demo(machine: Machine, checks: Checks) -> None:
    _clone(machine, "root")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    said = machine.run("script/setup", folder="/root/muhr")
    took = time.monotonic() - started
    # On a machine with other work the second figure says more.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    click.echo(f"   script/setup took {took:.0f} s, {cpu:.0f} s of processor time")
    checks.held("script/setup is done in time", took < SETUP_SECONDS, f"{took:.0f} s")
    checks.held("and says nothing that alarms", said.stderr == "", said.stderr)
    with _running(machine, "script/server") as server:
        while machine.run("python3", "-c", ASK, "/health", check=False, seconds=180).returncode:
            if server.poll() is not None or time.monotonic() - started > 3 * SERVER_SECONDS:
                break
            time.sleep(1)
        took = time.monotonic() - started
        click.echo(f"   the demo answered after {took:.0f} s")
        checks.held("the demo answers in time", took < SERVER_SECONDS, f"{took:.0f} s")
        page = machine.run("python3", "-c", ASK, "/", check=False).stdout
        checks.held("its front page shows a tender", PUMPS.title.en in page, page[:2000])
        os.killpg(server.pid, signal.SIGTERM)
        checks.held("it ends when it is told to", server.wait(60) is not None)
    told = machine.run("cat", "/var/log/muhr-server", check=False)
    checks.held("without a traceback", "Traceback" not in told.stdout, told.stdout[-2000:])
    gone = machine.run("python3", "-c", ASK, "/health", check=False)
    checks.held("and leaves nothing running", gone.returncode != 0, gone.stdout)


def _tests(machine: Machine, checks: Checks, paths: tuple[str, ...]) -> None:
    started = time.monotonic()
    said = machine.run("script/setup", "--test", folder="/root/muhr", check=False)
    click.echo(f"   script/setup --test took {time.monotonic() - started:.0f} s")
    checks.held("script/setup --test is done", said.returncode == 0, said.stderr[-4000:])
    said = machine.run("script/test", *paths, folder="/root/muhr", check=False, seconds=90 * 60)
    for line in re.findall(r"^.*\d+ passed.*$", said.stdout, re.MULTILINE):
        click.echo(f"   {line}")
    ok = said.returncode == 0 and " passed" in said.stdout
    checks.held("script/test passes", ok, said.stdout[-8000:] + said.stderr[-4000:])


def _clone(machine: Machine, user: str) -> None:
    home = "/root" if user == "root" else f"/home/{user}"
    machine.run("git", "-c", "advice.detachedHead=false", "clone", "--quiet", "/srv/muhr.bundle",
                "muhr", user=user, folder=home)  # fmt: skip


def _running(machine: Machine, command: str) -> subprocess.Popen[bytes]:
    """Start a command in root's clone, in a group of its own; what it says goes to a file."""
    log = (machine.root / "var/log/muhr-server").open("wb")
    line = machine.line(command, folder="/root/muhr")
    return subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )


if __name__ == "__main__":
    main()
