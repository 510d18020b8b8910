from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "langnghe.accounts"
    label = "accounts"
