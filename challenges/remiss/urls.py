from challenges.remiss import answer_urls

app_name = "remiss"
urlpatterns = [
    *answer_urls.urlpatterns,
]
