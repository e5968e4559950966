"""The fetcher of renditions: it serves what it was given and nothing else in the world."""

from collections.abc import Mapping

from weasyprint.urls import (
    FatalURLFetchingError,
    URLFetcher,
    URLFetcherResponse,
)


class OwnFetcher(URLFetcher):  # type: ignore[misc]
    """Serves ``app:<name>`` from memory; any other address ends the rendition.

    WeasyPrint's own fetcher embeds local files and calls out to the network.
    """

    def __init__(self, served: Mapping[str, tuple[str, bytes]]) -> None:
        """Take the content: name to media type and bytes."""
        super().__init__(allowed_protocols=["app"], allow_redirects=False, fail_on_errors=True)
        self._served = dict(served)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return what is served under ``url``.

        Raises:
            FatalURLFetchingError: for every other address.
        """
        scheme, _, name = url.partition(":")
        if scheme != "app" or name not in self._served:
            raise FatalURLFetchingError(f"refused: {scheme}")
        media_type, body = self._served[name]
        return URLFetcherResponse(url, body, {"Content-Type": media_type})
