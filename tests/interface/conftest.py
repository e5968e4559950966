"""A running style application for the tests of the look."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.interface.style_page import create_style_app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_style_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
