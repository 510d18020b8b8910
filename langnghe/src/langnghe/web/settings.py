"""Settings of the application. What a deployer sets is read from the environment; docs/operate.md lists each name."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

HERE = Path(__file__).resolve().parent
DATA: Path = Path(os.environ.get("LANGNGHE_DATA", "langnghe-data")).resolve()


def kept_secret(name: str) -> str:
    """A secret from the environment, else from a file of the data folder that is made once, readable by its owner."""
    if value := os.environ.get(f"LANGNGHE_{name.upper()}"):
        return value
    path = DATA / f"{name}.txt"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = kept_secret("secret_key")
AUDIT_KEY = kept_secret("audit_key")
DEBUG = os.environ.get("LANGNGHE_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("LANGNGHE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
HTTPS = os.environ.get("LANGNGHE_HTTPS") == "1"

INSTALLED_APPS = [
    "langnghe.web",
    "langnghe.reports",
    "langnghe.coding",
    "langnghe.intake",
    "langnghe.frames",
    "langnghe.network",
    "langnghe.accounts",
    "langnghe.audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "langnghe.web.middleware.UnaskedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "langnghe.network.middleware.NetworkMiddleware",
    "langnghe.web.middleware.SecondFactorMiddleware",
    "langnghe.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "langnghe.web.urls"
WSGI_APPLICATION = "langnghe.web.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "langnghe.web.context.house",
            ],
        },
    },
]

if os.environ.get("LANGNGHE_POSTGRES"):
    from langnghe.web.database import from_url

    DATABASES = {"default": from_url(os.environ["LANGNGHE_POSTGRES"])}
else:
    DATABASES = {"default": {"ENGINE": "langnghe.common.sqlite", "NAME": str(DATA / "langnghe.sqlite3")}}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
LANGUAGE_COOKIE_NAME = "lang"
LOCALE_PATHS = [HERE.parent / "common" / "locale"]  # the one folder with words that is no app

STATIC_URL = "static/"
STATIC_ROOT = None  # WhiteNoise serves the files from where the packages hold them
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "start"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "langnghe.accounts.forms.SignInForm",
    "reauthenticate": "langnghe.accounts.forms.AgainForm",
    "change_password": "langnghe.accounts.forms.NewPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE; the form does not ask
ACCOUNT_ADAPTER = "langnghe.accounts.adapter.ClosedAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
MFA_FORMS = {"add_webauthn": "langnghe.accounts.forms.AddKeyForm", "edit_webauthn": "langnghe.accounts.forms.EditKeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_COOKIE_AGE = 45 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

DOUBLE_CODING = os.environ.get("LANGNGHE_DOUBLE_CODING", "0.1")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 50 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

