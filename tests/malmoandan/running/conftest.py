from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.processes import url_of_test_database


@pytest.fixture
def empty_place(transactional_db, tmp_path):
    """Another database on the same server, and a data folder with nothing in it."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(url_of_test_database())
    data = tmp_path / "data"
    data.mkdir()
    yield {"DATABASE_URL": url._replace(path=f"/{name}").geturl(), "MALMOANDAN_DATA": str(data)}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
