"""The sessions in the database, for settings.SESSION_ENGINE."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from malmoandan.running.outage import is_temporary


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        """Write the session; raises the database's own error when that is full or away.

        Django takes each of them for a session that was deleted meanwhile, and answers 400: what
        was typed would be gone.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if is_temporary(error.__context__):
                raise error.__context__ from None  # type: ignore[misc]
            raise
