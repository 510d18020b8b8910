from django.urls import path

from langnghe.reports.views import editing, omissions, reading

urlpatterns = [
    path("reports/", reading.report_list, name="report_list"),
    path("reports/latest/", reading.report_latest, name="report_latest"),
    path("reports/template/", editing.template, name="report_template"),
    path("reports/<int:pk>/", reading.report, name="report"),
    path("reports/<int:pk>/step/", reading.report_step, name="report_step"),
    path("reports/<int:pk>/files/<str:name>", reading.report_file, name="report_file"),
    path("reports/<int:pk>/evidence/<str:label>/", reading.evidence, name="evidence"),
    path("reports/<int:pk>/evidence/<str:label>.csv", reading.evidence_csv, name="evidence_csv"),
    path("reports/<int:pk>/left-out/", omissions.left_out, name="report_left_out"),
    path("reports/<int:pk>/left-out.csv", omissions.left_out_csv, name="report_left_out_csv"),
    path("reports/<int:pk>/left-out-shares.csv", omissions.shares_csv, name="report_left_out_shares"),
    path("reports/<int:pk>/left-out-matters.csv", omissions.matters_csv, name="report_left_out_matters"),
    path("reports/<int:pk>/left-out/matters/<int:omission>/in/", omissions.matter_in, name="report_matter_in"),
    path("reports/<int:pk>/left-out/matters/<int:omission>/reason/", omissions.matter_reason, name="report_matter_reason"),
    path("reports/<int:pk>/left-out/back/", omissions.put_note_back, name="report_put_back"),
    path("reports/<int:pk>/sentences/<str:label>/", editing.sentence, name="report_sentence"),
    path("reports/<int:pk>/sentences/<str:label>/by-evidence/", editing.sentence_by_evidence, name="report_sentence_by_evidence"),
    path("reports/<int:pk>/sentences/<str:label>/out/", editing.sentence_out, name="report_sentence_out"),
    path("reports/<int:pk>/add/<str:part>/", editing.new_sentence, name="report_new_sentence"),
    path("reports/<int:pk>/outlook/", editing.outlook, name="report_outlook"),
    path("reports/<int:pk>/outlook/last/", editing.last_outlook, name="report_last_outlook"),
    path("reports/<int:pk>/recommendations/", editing.recommendation, name="report_recommendation"),
    path("reports/<int:pk>/recommendations/<str:code>/out/", editing.recommendation_out, name="report_recommendation_out"),
]
