from django.urls import path

from langnghe.coding.views import agreement, coder, second, triage

urlpatterns = [
    path("triage/", triage.triage, name="triage"),
    path("triage/all/", triage.triage_all, name="triage_all"),
    path("triage/confirm/", triage.confirm, name="triage_confirm"),
    path("triage/bulk/", triage.bulk, name="triage_bulk"),
    path("triage/aside/", triage.aside, name="triage_aside"),
    path("triage/ask/", triage.ask, name="triage_ask"),
    path("triage/back/", triage.back, name="triage_back"),
    path("triage/<str:period>/", triage.triage, name="triage_period"),
    path("triage/<str:period>/suggest/", triage.suggest, name="triage_suggest"),
    path("coding/second/", second.second, name="second"),
    path("coding/second/code/", second.code_second, name="second_code"),
    path("coding/second/<str:period>/draw/", second.draw, name="second_draw"),
    path("coding/agreement/", agreement.agreement, name="agreement"),
    path("coding/agreement.csv", agreement.agreement_csv, name="agreement_csv"),
    path("coding/coder/", coder.coder, name="coder"),
    path("coding/coder.csv", coder.coder_csv, name="coder_csv"),
    path("coding/coder/train/", coder.train, name="coder_train"),
]
