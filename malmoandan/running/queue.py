"""How jobs that fail are tried again. A job is a row in PostgreSQL (procrastinate)."""

from procrastinate import RetryStrategy

# Mail waits for a mail server that is down: sooner at first, then less often, for days.
MAIL_RETRY = RetryStrategy(max_attempts=100, linear_wait=60)
