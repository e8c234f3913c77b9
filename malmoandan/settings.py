"""The one settings module. Everything that differs between places comes from the environment."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from malmoandan.running import embedded_postgres, environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder(BASE_DIR)

# A list of host names makes this a public portal: then a secret key and a mail server are
# demanded, and https is enforced. Without it, the portal serves this machine alone.
PUBLIC_HOSTS = environment.read_list("ALLOWED_HOSTS")
HOST = environment.read("HOST", "127.0.0.1")
PORT = int(environment.read("PORT", "8000"))
DEBUG = environment.read_bool("DEBUG")
# By the last three, this machine asks a public portal too how it is doing.
ALLOWED_HOSTS = [*PUBLIC_HOSTS, "127.0.0.1", "localhost", "[::1]"]
# Browsers make passkeys for a name, never for a bare IP address.
LOCAL_NAME = "localhost" if HOST in {"127.0.0.1", "::1", "0.0.0.0"} else HOST  # noqa: S104
BASE_URL = f"https://{PUBLIC_HOSTS[0]}" if PUBLIC_HOSTS else f"http://{LOCAL_NAME}:{PORT}"
SECRET_KEY = environment.read(
    "SECRET_KEY", None if PUBLIC_HOSTS else environment.secret_key(DATA_DIR)
)

INSTALLED_APPS = [
    "malmoandan.pages",
    "mapping",
    "challenges.remiss",
    "challenges",
    "signatures",
    "malmoandan.organisations",
    "malmoandan.accounts",
    "malmoandan.publishing",
    "malmoandan.running",
    "malmoandan.accounts.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "malmoandan.running.metrics.Measure",
    "malmoandan.running.logs.RequestNumber",
    "malmoandan.running.outage.ReadForm",
    "malmoandan.running.database.ReturnConnection",
    "malmoandan.running.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "malmoandan.running.page_cache.PageCache",
    "malmoandan.running.replica.ReadReplica",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "malmoandan.accounts.sessions.PrivatePages",
    "malmoandan.pages.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "malmoandan.accounts.sessions.SessionLifetime",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "malmoandan.running.attempts.LimitQuestions",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "malmoandan.urls"
ASGI_APPLICATION = "malmoandan.asgi.application"
# What each web process does beside its first requests, in a thread of its own.
READ_AHEAD = ["mapping.index.read_ahead"]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database ------------------------------------------------------------------------------------
DATABASE_URL = environment.read("DATABASE_URL", "")
EMBEDDED_POSTGRES = None if DATABASE_URL else DATA_DIR / "postgres"
DATABASE = (
    embedded_postgres.connection(EMBEDDED_POSTGRES)
    if EMBEDDED_POSTGRES
    else environment.database(DATABASE_URL)
)
# Whoever finds no free connection is told so after five seconds. A server that was away is asked
# again every few seconds; the pool's own pauses grow to a minute.
POOL = {"min_size": 1, "max_size": 10, "timeout": 5, "reconnect_timeout": 4}
DATABASES = {
    "default": {
        **DATABASE,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 4, **DATABASE["OPTIONS"], "pool": POOL},
    }
}
# A replica that public pages are read from, as far as it has what they show (running/replica.py).
DATABASE_REPLICA_URL = environment.read("DATABASE_REPLICA_URL", "")
if DATABASE_REPLICA_URL:
    REPLICA = environment.database(DATABASE_REPLICA_URL, name="DATABASE_REPLICA_URL")
    DATABASES["replica"] = {
        **DATABASES["default"],
        **REPLICA,
        # Whoever finds none of these free within a second reads from the primary.
        "OPTIONS": {"connect_timeout": 2, **REPLICA["OPTIONS"], "pool": {**POOL, "timeout": 1}},
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["malmoandan.running.replica.ReplicaRouter"]

# Cache ---------------------------------------------------------------------------------------
# Attempts (to sign in, to sign up) are counted here, exactly, whichever process serves them.
CACHE_URL = environment.read("CACHE_URL", "")
# Pages are kept in each process, where a change is heard of at once (running/page_cache.py).
KEEP_PAGES = environment.read_bool("KEEP_PAGES", default=True)
CACHES = {"default": environment.cache(CACHE_URL)}

# Mail ----------------------------------------------------------------------------------------
# Without EMAIL_URL each mail is a file that the local portal shows at /lokal-post/.
EMAIL_URL = environment.read("EMAIL_URL", None if PUBLIC_HOSTS else "files://")
MAIL_DIR = DATA_DIR / "mail" if EMAIL_URL == "files://" else None
if MAIL_DIR:
    EMAIL_BACKEND = "malmoandan.running.mail_files.EmailBackend"
else:
    globals().update(environment.email(EMAIL_URL))
EMAIL_TIMEOUT = 8  # seconds: someone waits for the code in front of a page
DEFAULT_FROM_EMAIL = environment.read(
    "FROM_EMAIL", f"Malmöandan <noreply@{PUBLIC_HOSTS[0] if PUBLIC_HOSTS else 'localhost'}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where people write about obstacles and about their own data.
CONTACT_EMAIL = environment.read(
    "CONTACT_EMAIL", f"malmoandan@{PUBLIC_HOSTS[0] if PUBLIC_HOSTS else 'localhost'}"
)
# Where those who find a hole write: a mail address or the https address of a form (RFC 9116).
SECURITY_CONTACT = environment.read("SECURITY_CONTACT", f"mailto:{CONTACT_EMAIL}")

# Files and static files ------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Private: nothing here has an address of its own.
FILES_URL = environment.read("FILES_URL", "")
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": environment.files(FILES_URL),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
# ClamAV's daemon, which judges files from strangers; without it their content alone does.
CLAMD_URL = environment.clamd()
# The body guard refuses larger bodies before Django reads them (malmoandan/asgi.py).
MAX_BODY_BYTES = 12 * 1024 * 1024
MAX_BODY_SECONDS = 180  # the largest body over half a megabit a second

# Seal ------------------------------------------------------------------------------------------
# PEM files: the EC key, and its certificate (then issuers and earlier certificates of ours).
# A local portal makes both, in one file, when it first seals.
LOCAL_SEAL = DATA_DIR / "seal.pem"
SEAL_KEY = Path(environment.read("SEAL_KEY", None if PUBLIC_HOSTS else str(LOCAL_SEAL)))
SEAL_CERTIFICATE = Path(environment.read("SEAL_CERTIFICATE", str(SEAL_KEY)))

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "malmoandan.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# The code itself proves the address: nobody signs in without one.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_TIMEOUT = 60 * 60  # the whole sign-in: new codes and the second factor included
# How often somebody may try (running/attempts.py): so many times a minute, hour or day, behind one
# IP address or for one person. An association's members sit behind one IP address at the meeting
# where they sign, so what is counted there is generous.
ATTEMPTS = {
    "request_login_code": "300/m/ip,5/10m/key",
    "code": "10/20m/key",  # guesses at one code, in however many windows at once
    "dialogue_sign_up": "300/m/ip,10/10m/key",
    "remiss_draft": "300/m/ip",
    "remiss_mail": "300/m/ip,5/10m/key",
    "remiss_attach": "120/m/ip",
    "question": "600/m/ip",  # searches, filters, downloads: what the database is asked for
}
ATTEMPTS_IN_CACHE = bool(CACHE_URL)  # Redis counts as exactly as the database
# What asks for an address takes a multiple of so long, known or not (running/even_time.py).
EVEN_SECONDS = 0.25
ACCOUNT_RATE_LIMITS = {"request_login_code": None, "login": "300/m/ip"}
# Behind a proxy, the address that the proxy saw; else all visitors would count as one.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PUBLIC_HOSTS else 0
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False  # a passkey comes after the code, never instead of it
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_HOSTS  # http://localhost
MFA_TOTP_ISSUER = "Malmöandan"
MFA_ADAPTER = "malmoandan.accounts.adapters.MFAAdapter"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
# A broker for BankID, Freja and the like; None, and no trace of eID, without EID_ISSUER.
EID = environment.eid()

# Language and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska")), ("en", _("Engelska"))]
LOCALE_PATHS = [BASE_DIR / "malmoandan" / "locale"]
TIME_ZONE = "Europe/Stockholm"

# Dialogues -----------------------------------------------------------------------------------
# Who signed up for a dialogue, and who was invited, is deleted this many days after it.
PARTICIPANTS_KEPT_DAYS = int(environment.read("PARTICIPANTS_KEPT_DAYS", "30"))

# Remiss --------------------------------------------------------------------------------------
# What was begun and never sent is deleted this many days after the last day to answer.
REMISS_DRAFTS_KEPT_DAYS = int(environment.read("REMISS_DRAFTS_KEPT_DAYS", "30"))

# Security ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *(EID.sites if EID else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "malmoandan.running.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 24
# A sign-in lasts no longer than this since a code or a second factor was used, whatever the
# session holds besides; a coordinator who is away for long is signed out before.
SIGNED_IN_SECONDS = 60 * 60 * 24
STAFF_SESSION_SECONDS = 60 * 60 * 12
STAFF_IDLE_SECONDS = 60 * 60 * 4  # long enough to write a long text without a click
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "malmoandan.pages.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
if PUBLIC_HOSTS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^halsa/"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Browsers take such a name from this very host alone, over https.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Forms, history, queue -----------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = ["malmo"]
CRISPY_TEMPLATE_PACK = "malmo"
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 2,
    "shutdown_graceful_timeout": 20,
    # A worker that was killed is noticed after this many seconds, and its jobs run again.
    "update_heartbeat_interval": 5,
    "stalled_worker_timeout": 15,
}

# Watching over it ----------------------------------------------------------------------------
# Whoever has it may read the figures at /halsa/matt; without it, only a portal that is not public
# shows them, and to this machine alone.
METRICS_TOKEN = environment.read("METRICS_TOKEN", "")
LOG_FORMAT = environment.log_format()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": "{asctime} {levelname} {name} {request_number} {message}",
            "style": "{",
        },
        "json": {"()": "malmoandan.running.logs.JsonFormatter"},
    },
    "filters": {
        "number": {"()": "malmoandan.running.logs.AddNumber"},
        "without_people": {"()": "malmoandan.running.quiet_logs.WithoutPeople"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["number", "without_people"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Its lines about a job hold the job's arguments; running/queue.py says what failed instead.
    "loggers": {
        # Sign-ins, refusals and the like, by the account's number (accounts/security_log.py).
        "malmoandan.security": {"level": "INFO"},
        "procrastinate.worker": {"level": "CRITICAL"},
        "procrastinate.worker.worker": {"level": "WARNING"},
    },
}
