from django.urls import path

from langnghe.coding import views

urlpatterns = [
    path("triage/", views.triage, name="triage"),
    path("triage/all/", views.triage_all, name="triage_all"),
    path("triage/confirm/", views.confirm, name="triage_confirm"),
    path("triage/bulk/", views.bulk, name="triage_bulk"),
    path("triage/aside/", views.aside, name="triage_aside"),
    path("triage/ask/", views.ask, name="triage_ask"),
    path("triage/back/", views.back, name="triage_back"),
    path("triage/<str:period>/", views.triage, name="triage_period"),
    path("triage/<str:period>/suggest/", views.suggest, name="triage_suggest"),
]
