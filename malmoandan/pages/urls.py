from django.urls import path

from malmoandan.pages import documents, my_pages, news, search_views, site_map, views

app_name = "pages"
urlpatterns = [
    path("", views.start, name="start"),
    path("om/", views.about, name="about"),
    path("tillganglighet/", views.accessibility_statement, name="accessibility"),
    path("integritet/", views.privacy, name="privacy"),
    path("mina-sidor/", my_pages.mine, name="mine"),
    path("mina-sidor/mina-uppgifter.json", my_pages.own_data, name="own_data"),
    path("mina-sidor/logga-ut-overallt/", my_pages.end_sessions, name="end_sessions"),
    path("mina-sidor/radera/", my_pages.erase, name="erase"),
    path("mina-sidor/raderat/", my_pages.erased, name="erased"),
    # News
    path("nyheter/", news.news_list, name="news"),
    path("nyheter.atom", news.news_atom, name="news_atom"),
    path("nyheter/<slug:slug>/", news.news_item, name="news_item"),
    # Documents
    path("dokument/", documents.document_list, name="documents"),
    path("dokument/<slug:slug>/", documents.document, name="document"),
    path("dokument/<slug:slug>.<slug:ending>", documents.document_file, name="document_file"),
    # The whole site
    path("sok/", search_views.show, name="search"),
    path("sitemap.xml", site_map.show, name="site_map"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
