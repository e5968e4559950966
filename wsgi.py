"""The WSGI application for any server that wants one."""

from portal.factory import create_app

app = create_app()
