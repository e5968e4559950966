"""An empty Debian 12 root that runs as a container: own processes, own network, own systemd.

It needs root and what `script/setup --test` installs: mmdebstrap, systemd-container, slirp4netns.
Nothing of it outlives the run: every mount lies in the container's own namespace.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).parents[3]
SUITE = "bookworm"
DEBIAN_PYTHON = ("python3", "git", "ca-certificates")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How this machine reaches the package registries, in the environment and in files.
PASSED_ON = re.compile(r"(?i)pip_.*|npm_config_.*|.*_proxy|.*_ca_(certs|bundle)|ssl_cert_.*")
CONFIGURATION = ("etc/pip.conf", "etc/xdg/pip", "etc/npmrc", "usr/local/share/ca-certificates")
# Containers get a boot id of their own, but services with a /proc of their own see the machine's:
# this shows all of them the same one.
ONE_BOOT_ID = """[Unit]
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
ExecStart=-umount /proc/sys/kernel/random/boot_id
"""
# What slirp4netns answers names at inside its networks.
RESOLVER = "nameserver 10.0.2.3\n"


@dataclass
class Machine:
    """A root folder, and what runs in it while it is on."""

    root: Path
    log: Path
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _leader: int = 0

    def start(self, *, boot: bool) -> None:
        """Switch it on: with systemd as its first process, or with nothing but what `run` runs.

        Raises:
            RuntimeError: the container or its network did not come up.
        """
        holder = self._spawn(["unshare", "--net", "sleep", "infinity"])
        _wait(lambda: _namespace(holder.pid) != _namespace(os.getpid()), 10, "a network namespace")
        self._spawn(
            ["slirp4netns", "--configure", "--mtu=65520", "--disable-host-loopback",
             str(holder.pid), "tap0"]
        )  # fmt: skip
        first = ["--boot"] if boot else ["--as-pid2", "sleep", "infinity"]
        container = self._spawn(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--resolv-conf=off",
             "--link-journal=no", "--timezone=off", "--console=pipe",
             f"--network-namespace-path=/proc/{holder.pid}/ns/net",
             f"--directory={self.root}", *first]
        )  # fmt: skip
        self._leader = 0

        def found() -> bool:
            if container.poll() is not None:
                return False
            children = Path(f"/proc/{container.pid}/task/{container.pid}/children")
            pids = children.read_text().split()
            self._leader = int(pids[-1]) if pids else 0
            return bool(pids) and self.run("true", check=False).returncode == 0

        _wait(found, 60, f"the container (see {self.log})")

    def cut(self) -> None:
        """End everything in it at once, as when the power goes."""
        for process in reversed(self._running):
            is_container = process.args[0] == "systemd-nspawn"  # type: ignore[index]
            if is_container and self._leader and process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._leader, signal.SIGKILL)
                process.wait(30)
            process.kill()
            process.wait(30)
        _remove_control_groups()
        self._running.clear()
        self._leader = 0

    def run(
        self, *command: str, user: str = "root", folder: str = "/", check: bool = True,
        seconds: int = 1800,
    ) -> subprocess.CompletedProcess[str]:  # fmt: skip
        """Run a command in it and return what it said.

        Raises:
            subprocess.CalledProcessError: it failed, and `check` asked to hear of that.
            subprocess.TimeoutExpired: it took longer than `seconds`.
        """
        line = self.line(*command, user=user, folder=folder)
        answer = subprocess.run(line, capture_output=True, text=True, check=False, timeout=seconds,
                                stdin=subprocess.DEVNULL)  # fmt: skip
        if check and answer.returncode:
            raise subprocess.CalledProcessError(
                answer.returncode, " ".join(command), answer.stdout[-4000:], answer.stderr[-4000:]
            )
        return answer

    def line(self, *command: str, user: str = "root", folder: str = "/") -> list[str]:
        """Return the command line that runs a command in it, for a process of one's own."""
        home = "/root" if user == "root" else f"/home/{user}"
        passed = [f"{key}={value}" for key, value in os.environ.items() if PASSED_ON.fullmatch(key)]
        enter = ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--net",
                 "--pid", "--root", "--wd=/", "--"]  # fmt: skip
        become = [] if user == "root" else ["runuser", "-u", user, "--"]
        return [*enter, "env", "-i", f"PATH={PATH}", f"HOME={home}", *passed, *become,
                "env", f"--chdir={folder}", *command]  # fmt: skip

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._running.append(process)
        return process


@contextmanager
def fresh_machine(*packages: str) -> Iterator[Machine]:
    """Make an empty Debian root with these packages through this machine's apt, and remove it.

    Below `/srv/muhr.bundle` lies what is committed in this tree.

    Raises:
        SystemExit: this is not root, or a tool is missing.
        subprocess.CalledProcessError: the root could not be made.
    """
    tools = ("mmdebstrap", "systemd-nspawn", "slirp4netns", "nsenter")
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing or os.getuid():
        raise SystemExit(f"this run needs root and these programs: {' '.join(missing or tools)}")
    with tempfile.TemporaryDirectory(prefix="muhr-machine-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        machine = Machine(folder / "root", folder / "log")
        _make_root(machine.root, packages)
        _configure(machine.root)
        subprocess.run(
            ["git", "bundle", "create", "--quiet", machine.root / "srv/muhr.bundle", "HEAD"],
            cwd=SOURCE, check=True,
        )  # fmt: skip
        try:
            yield machine
        finally:
            machine.cut()


def _make_root(root: Path, packages: tuple[str, ...]) -> None:
    """Debian's smallest root and these packages, from the sources that this machine's apt uses."""
    lines = _say(
        ["apt-get", "indextargets", "--format=deb $(REPO_URI) $(RELEASE) $(COMPONENT)",
         "Created-By: Packages", "Origin: Debian"]
    )  # fmt: skip
    sources = [line for line in lines if re.search(rf" {SUITE}(-updates|-security)? ", line)]
    settings = [line for line in _say(["apt-config", "dump", "--no-empty", "Acquire"])
                if line.startswith("Acquire::") and "IndexTargets" not in line]  # fmt: skip
    options = root.with_name("apt.conf")
    options.write_text("\n".join(settings) + "\n")
    subprocess.run(
        ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--aptopt={options}",
         f"--include={','.join((*DEBIAN_PYTHON, *packages))}", SUITE, str(root), "-"],
        input="\n".join(sources) + "\n", text=True, check=True,
    )  # fmt: skip


def _configure(root: Path) -> None:
    """Let the root reach the registries as this machine does: pip, npm, certificates."""
    for name in CONFIGURATION:
        source, target = Path("/") / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.is_file():
            shutil.copy(source, target)
    for npmrc in (Path.home() / ".npmrc",):
        if npmrc.is_file():
            shutil.copy(npmrc, root / "root/.npmrc")
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").write_text(RESOLVER)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    units = root / "etc/systemd/system"
    (units / "sysinit.target.wants").mkdir(parents=True, exist_ok=True)
    (units / "one-boot-id.service").write_text(ONE_BOOT_ID)
    (units / "sysinit.target.wants/one-boot-id.service").symlink_to("../one-boot-id.service")
    subprocess.run(
        ["chroot", str(root), "update-ca-certificates"],
        check=True, capture_output=True, env={"PATH": PATH},
    )  # fmt: skip


def _remove_control_groups() -> None:
    """Remove what a container that was cut off leaves empty in the kernel's tree of processes."""
    for top in sorted(Path("/sys/fs/cgroup").glob("*/payload")):
        for folder, _folders, _files in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()


def _say(command: list[str]) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def _namespace(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


def _wait(held: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not held():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come up within {seconds:.0f} s")
        time.sleep(0.2)
