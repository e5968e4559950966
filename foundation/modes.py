"""The modes of files and folders: this account's alone, or shared with the group of the services.

An installation whose web and worker run as users of their own (`script/install`) sets
MUHR_SHARED_GROUP=1; everywhere else nobody but the one account reads anything. It is read from
the environment, because processes that the worker spawns must agree.
"""

import os

SHARED = "MUHR_SHARED_GROUP"


def is_shared() -> bool:
    """Tell whether the services' group may read and write."""
    return os.environ.get(SHARED, "") == "1"


def file_mode() -> int:
    """Return the mode of a new file."""
    return 0o660 if is_shared() else 0o600


def folder_mode() -> int:
    """Return the mode of a new folder."""
    return 0o770 if is_shared() else 0o700


def umask() -> int:
    """Return the mask for whatever is made without a mode of its own."""
    return 0o007 if is_shared() else 0o077
