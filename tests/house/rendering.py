"""Pages and papers that are slow to make and the same at many doors: the real thing, once each.

The doors are asked thousands of times; what they lead to is still found, judged and stated each
time. How papers and error pages look is tested where they are made.
"""

from collections.abc import Callable
from functools import cache

from flask import render_template

from notices.domain import fact_documents
from notices.domain.kinds import kind_of


def one_paper_a_kind() -> Callable[..., bytes]:
    """Return a stand-in for `notices.renditions.pool.render_for_page`, in this process."""
    from notices.renditions.pdf import render

    printed: dict[tuple[str, bool], bytes] = {}

    def paper(facts: bytes, *, preview: bool = False) -> bytes:
        stated = fact_documents.from_bytes(facts)
        key = kind_of(stated).value, preview
        if key not in printed:
            printed[key] = render(stated, preview=preview).data
        return printed[key]

    return paper


def one_error_page_a_kind() -> Callable[..., str]:
    """Return a stand-in for the `render_template` of `portal.errors`, for one reader."""
    return cache(lambda template, **texts: render_template(template, **texts))
