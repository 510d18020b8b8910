from django.urls import path

from langnghe.intake import api
from langnghe.intake.views import cases, imports, offline, phone

urlpatterns = [
    path("phone/", phone.phone_home, name="phone_home"),
    path("phone/note/", phone.phone_capture, name="phone_capture"),
    path("phone/share/", phone.phone_share, name="phone_share"),
    path("phone/where/", phone.phone_where, name="phone_where"),
    path("phone/nothing/<int:item>/", phone.phone_nothing, name="phone_nothing"),
    path("phone/manifest.webmanifest", offline.phone_manifest, name="phone_manifest"),
    path("phone/worker.js", offline.phone_worker, name="phone_worker"),
    path("phone/door.js", offline.phone_door, name="phone_door"),
    path("phone/offline/", offline.phone_offline, name="phone_offline"),
    path("phone/send/note", api.send_note, name="phone_send_note"),
    path("phone/send/nothing", api.send_nothing, name="phone_send_nothing"),
    path("phone/send/answer", api.send_answer, name="phone_send_answer"),
    path("phone/fates", api.ask_fates, name="phone_fates"),
    path("notes/cases/", cases.public_cases, name="public_cases"),
    path("notes/cases/<int:pk>/remove", cases.case_remove, name="public_case_remove"),
    path("notes/import/", imports.import_page, name="import_page"),
    path("notes/import/form.csv", imports.import_form, name="import_form"),
    path("notes/import/<str:token>/", imports.import_state, name="import_state"),
    path("notes/import/<str:token>/progress", imports.import_progress, name="import_progress"),
]
