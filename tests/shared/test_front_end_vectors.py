"""The sealing vectors in JavaScript; collected only when MUHR_SHARED names the vectors' folder."""

import os

from tests.front_end.node_runtime import run_node

if os.environ.get("MUHR_SHARED"):

    def test_the_sealing_vectors_hold_in_javascript() -> None:
        run_node("--test", "tests/front_end/shared_vectors.mjs")
