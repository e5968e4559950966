"""The WSGI application for any server that wants one."""

import logging

from foundation import log_lines
from portal.factory import create_app

log_lines.install(logging.WARNING)
app = create_app()
