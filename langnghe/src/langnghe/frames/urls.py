from django.urls import path, re_path

from langnghe.frames import views

urlpatterns = [
    path("frames/", views.frames, name="frames"),
    path("frames/file/", views.bring_file, name="frame_bring"),
    path("frames/<int:pk>/", views.frame, name="frame"),
    re_path(r"^frames/(?P<pk>\d+)/frame\.(?P<kind>toml|csv)$", views.frame_file, name="frame_file"),
    path("frames/<int:pk>/changes/", views.compare, name="frame_compare"),
    path("frames/<int:pk>/next/", views.start_version, name="frame_next"),
    path("frames/<int:pk>/use/", views.use_frame, name="frame_use"),
    path("frames/<int:pk>/drop/", views.drop_frame, name="frame_drop"),
    path("frames/<int:pk>/heirs/<int:old>/", views.choose_heir, name="frame_heir"),
    re_path(r"^frames/(?P<pk>\d+)/add-(?P<kind>field|topic)/$", views.add_line, name="frame_add"),
    path("frames/fields/<int:pk>/", views.edit_field, name="field_edit"),
    path("frames/topics/<int:pk>/", views.edit_topic, name="topic_edit"),
    re_path(r"^frames/topics/(?P<pk>\d+)/(?P<kind>merge|add|code)/$", views.change_codes, name="topic_codes"),
]
