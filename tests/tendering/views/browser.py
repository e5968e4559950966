"""A browser for tests: signs in with one press, reads a form, sends it back as a person would."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Browser:
    """One person's cookies and the last page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.text = ""
        self.status = 0

    def sign_in(self, account_id: str) -> "Browser":
        """Press a practice account's button."""
        self.get("/en/practice")
        answer = self.client.post(
            "/en/practice/sign-in",
            data={"csrf_token": self.token(), "account_id": account_id},
        )
        assert answer.status_code in {302, 303}, answer.status_code
        return self

    def get(self, path: str, status: int = 200) -> str:
        """Open a page and expect ``status``."""
        return self._read(self.client.get(path, follow_redirects=True), status)

    def post(
        self, path: str, status: int = 200, rows: dict[str, Any] | None = None, **fields: Any
    ) -> str:
        """Send fields with the last page's token and revision; follow to the page behind."""
        data: dict[str, Any] = {"csrf_token": self.token(), **(rows or {}), **fields}
        if "revision" not in fields and (revision := self.hidden("revision")) is not None:
            data["revision"] = revision
        answer = self.client.post(path, data=data, follow_redirects=True)
        return self._read(answer, status)

    def token(self) -> str:
        """Return the last page's CSRF token."""
        found = self.hidden("csrf_token")
        if found is None:
            meta = re.search(r'name="csrf-token" content="([^"]+)"', self.text)
            assert meta, "no CSRF token on the page"
            return meta[1]
        return found

    def hidden(self, name: str) -> str | None:
        """Return a hidden field of the last page."""
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.text)
        return unescape(found[1]) if found else None

    def shows(self, *texts: str) -> None:
        """Expect each text on the last page, markup taken off."""
        plain = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", self.text)))
        for text in texts:
            assert text in plain, f"{text!r} is not on the page: {plain[:3000]}"

    def _read(self, answer: TestResponse, status: int) -> str:
        self.text, self.status = answer.get_data(as_text=True), answer.status_code
        assert answer.status_code == status, (answer.status_code, self.text[:3000])
        return self.text
