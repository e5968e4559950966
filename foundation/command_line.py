"""How every command says no: the reason on standard error, the code last on standard output."""

import functools
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn, ParamSpec, TypeVar

import click

from foundation.blobs.store import BlobsAway
from foundation.values.refusal import Refusal

P = ParamSpec("P")
R = TypeVar("R")
REFUSED = 1
WRONG_USE = 2
STORE_AWAY = {"store-away": "The blob store is away (%(why)s). 'muhr doctor' says what to do."}


def coded(texts: Mapping[str, str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator for commands: a refusal ends with exit 1 and its code, never a traceback.

    Args:
        texts: code to English reason; an unknown code is its own reason.
    """

    def decorate(command: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return command(*args, **kwargs)
            except Refusal as refusal:
                refuse(refusal, texts)
            except BlobsAway as away:
                refuse(Refusal("store-away", why=away.why), STORE_AWAY)
            except OSError as error:
                click.echo(f"Error: {error.strerror}: {error.filename}", err=True)
                sys.exit(WRONG_USE)

        return run

    return decorate


def refuse(refusal: Refusal, texts: Mapping[str, str]) -> NoReturn:
    """Say why not on standard error and the code on standard output; end with exit 1."""
    try:
        reason = texts.get(refusal.code, refusal.code) % refusal.params
    except (KeyError, TypeError, ValueError):
        reason = texts.get(refusal.code, refusal.code)
    click.echo(reason, err=True)
    click.echo(refusal.code)
    sys.exit(REFUSED)
