from django.urls import include, path
from django.views.i18n import set_language

from langnghe.network.access import public

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("language", public(set_language), name="set_language"),
]
