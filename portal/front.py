"""The web process: its application with its door, alone on waitress or as several on gunicorn."""

from __future__ import annotations

import gc
import tempfile
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from foundation import clock
from foundation.database import reach
from foundation.settings import Settings

THREADS = 8
COLLECT_AFTER = 20_000


def open_door(settings: Settings) -> Flask:
    """Return the application of this process, which gives signs of life from now on.

    Connections, locks and threads belong to one process: call it after the last fork.

    Raises:
        Refusal: what ``create_app`` refuses; ``database-unreachable``.
    """
    from portal.beating import Door
    from portal.factory import create_app

    clock.share(settings.agreed_clock)
    # What is kept of a long body while it arrives lies on the data disk.
    tempfile.tempdir = str(settings.folder("arriving"))
    app = create_app(settings)
    sessions = app.extensions["muhr"].sessions
    reach(sessions.kw["bind"])
    Door(settings, sessions).start()
    _keep_out_of_collection()
    return app


def _keep_out_of_collection() -> None:
    """Let the collector of cycles pass over what is loaded by now, and come less often.

    It looked at every module and class again and again: a fifth of the time of an intake.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def serve(settings: Settings, workers: int) -> None:
    """Serve on gunicorn until a signal ends it: so many processes, some threads each.

    A slow client would hold one of the threads, so a front such as nginx has to stand before
    them, which passes a request on when it is whole.
    """
    _Workers(settings, workers).run()


class _Workers(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its configuration files; each worker makes an application of its own."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Say how gunicorn serves."""
        for name, value in options(self._settings, self._workers).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application of the worker that calls this."""
        return open_door(self._settings)


def options(settings: Settings, workers: int) -> dict[str, Any]:
    """Return gunicorn's settings: no control socket, nothing loaded before the fork."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        # What one process does not get to waits for whichever is free first.
        "worker_connections": 2 * THREADS,
        "preload_app": False,
        "control_socket_disable": True,
        "keepalive": 0,
        "timeout": 120,
        "graceful_timeout": 20,
        "loglevel": "warning",
    }
