from django.urls import include, path
from django.views.i18n import set_language

from langnghe.network.access import public

urlpatterns = [
    path("", include("langnghe.web.home.urls")),
    path("", include("langnghe.accounts.urls")),
    path("", include("langnghe.network.urls")),
    path("", include("langnghe.frames.urls")),
    path("", include("langnghe.intake.urls")),
    path("", include("langnghe.coding.urls")),
    path("", include("langnghe.reports.urls")),
    path("language", public(set_language), name="set_language"),
]
