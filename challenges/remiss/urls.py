from challenges.remiss import answer_urls, preview_urls, reading_urls

app_name = "remiss"
urlpatterns = [
    *preview_urls.urlpatterns,
    *answer_urls.urlpatterns,
    *reading_urls.urlpatterns,
]
