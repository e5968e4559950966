"""The speed of a line is told by the bytes that came over it, not by what they became."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from portal import compression, static_files
from portal.factory import ROOT

pytestmark = pytest.mark.browser

WORKER = "built/sealing.worker.js"
FETCH = """async ([address, cache]) => {
  const { bytesOnLine } = await import('/static/js/bidding/upload/speed.js');
  const answer = await fetch(address, { cache });
  const { byteLength } = await answer.arrayBuffer();
  return [byteLength, bytesOnLine(answer, byteLength)];
}"""


@pytest.fixture
def served() -> Iterator[tuple[str, str]]:
    """Static files alone on a port: where, and the address of the sealing Worker."""
    app = Flask("static", root_path=str(ROOT), static_folder="static")
    compression.install(app)
    static_files.install(app)
    app.after_request(lambda response: (static_files.lighten(response), response)[1])
    app.add_url_rule("/", "start", lambda: "<!doctype html><title>Start</title>")
    with app.test_request_context():
        worker = url_for("static", filename=WORKER)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", worker
    server.shutdown()
    server.server_close()
    thread.join()


def test_bytes_are_counted_as_they_came(browser: Browser, served: tuple[str, str]) -> None:
    address, worker = served
    size = (ROOT / "static" / WORKER).stat().st_size
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        first = page.evaluate(FETCH, [worker, "default"])
        stored = page.evaluate(FETCH, [worker, "default"])
        anew = page.evaluate(FETCH, [worker, "no-store"])

    assert first[0] == stored[0] == anew[0] == size
    assert 0 < first[1] < size / 2
    assert stored[1] == 0
    assert anew[1] == first[1]
