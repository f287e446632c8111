"""Django's settings, made from the place of work's config.yaml (`JEKE_CONFIG` names it)."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.web.site import SOCKET_VARIABLE, places, web_folder
from pipeline.web.site_key import site_key

_HERE = Path(__file__).parent
_folder = web_folder()
_behind_proxy = bool(os.environ.get(SOCKET_VARIABLE))

SECRET_KEY = site_key(_folder)
DEBUG = False
ALLOWED_HOSTS = ["*"] if _behind_proxy else ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "pipeline.web.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "pipeline.web.accounts",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": places().accounts,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        },
    }
}
MIDDLEWARE = [
    "pipeline.web.guards.headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "pipeline.web.guards.Failures",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "pipeline.web.guards.bodies",
    "pipeline.web.guards.same_origin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pipeline.web.guards.session_ends",
    "django_otp.middleware.OTPMiddleware",
    "pipeline.web.guards.signed_in",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "OPTIONS": {
            "builtins": ["pipeline.web.pages.words"],
            "context_processors": ["pipeline.web.pages.words.page"],
            "string_if_invalid": "",
        },
    }
]

# --- signing in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
"""Behind the proxy's socket all come from one address: the account is locked, whoever tries."""
AXES_LOCKOUT_CALLABLE = "pipeline.web.screens.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS: list[str] = ["name", "password", "code"]
AXES_USERNAME_CALLABLE = "pipeline.web.screens.sign_in.name_tried"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_IPWARE_META_PRECEDENCE_ORDER = ("HTTP_X_REAL_IP", "REMOTE_ADDR") if _behind_proxy else ("REMOTE_ADDR",)
OTP_TOTP_ISSUER = "jeke-is"
OTP_TOTP_THROTTLE_FACTOR = 1

# --- sessions and cookies (ASVS 3.3, 7.3) ---------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-jeke"
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "__Host-jeke-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "pipeline.web.screens.failures.csrf_failed"

# --- what browsers are told (ASVS 3.4) ------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# --- sizes ----------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 200
FILE_UPLOAD_HANDLERS = ["pipeline.web.files.uploads.RefuseUnasked"]

USE_I18N = False
USE_TZ = True
TIME_ZONE = None
"""The machine's: Django would set the process's own otherwise, and the audit log's times would drift."""
APPEND_SLASH = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "pipeline.web.logging.Plain"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "CRITICAL"}, "django.security": {"level": "CRITICAL"}},
}
"""Our own lines alone: Django's hold addresses and the words of errors."""
