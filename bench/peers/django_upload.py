"""A Django site of one view that keeps the file of a multipart form, and a row about it.

``python -m django_upload`` makes the table in the folder that PEER_FOLDER names.
"""

import os
import secrets

import django
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

FOLDER = os.environ["PEER_FOLDER"]
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(),
    USE_TZ=True,
    FILE_UPLOAD_TEMP_DIR=FOLDER,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{FOLDER}/db.sqlite3",
            "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE",
                        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
            "CONN_MAX_AGE": None,
        }
    },
)  # fmt: skip
django.setup()
storage = FileSystemStorage(f"{FOLDER}/files")


def upload(request: HttpRequest) -> HttpResponse:
    """Keep the form's file and write its row."""
    file = request.FILES["file"]
    name = storage.save(secrets.token_hex(16), file)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO upload (name, size) VALUES (%s, %s)", [name, file.size])
    return HttpResponse(status=201)


urlpatterns = [path("upload", upload)]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.cursor() as made:
        made.execute("CREATE TABLE upload (id INTEGER PRIMARY KEY, name TEXT, size INTEGER)")
