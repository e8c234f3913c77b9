"""What news, documents and the search keep of people (accounts/data_register.py)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import WRITTEN_ABOUT, Category, Ground

FORGOTTEN_FILES = Category(
    whose=WRITTEN_ABOUT,
    what=_("Filer som samordnarna laddade upp men aldrig sparade"),
    why=_("Så att filen inte behöver laddas upp igen om något i formuläret är fel."),
    ground=Ground.INTEREST,
    seen_by=_("Ingen"),
    kept=ngettext_lazy("Raderas efter %(days)s dygn.", "Raderas efter %(days)s dygn.", "days"),
    days=lambda: 2,
    job="pages.remove_unused_files",
    elsewhere="files: dokument/",
)
CATEGORIES = [
    Category(
        whose=WRITTEN_ABOUT,
        what=_("Namn i nyheter och dokument som samordnarna publicerar"),
        why=_("Nyheter och dokument berättar om arbetet, och kan nämna den som talar för det."),
        ground=Ground.INTEREST,
        seen_by=_("Alla"),
        kept=_("Så länge nyheten eller dokumentet är publicerat."),
        fields={
            "pages.News": "title lead text english_title english_lead english_text",
            "pages.Document": "title description english_title english_description",
            "pages.DocumentVersion": "file_name stored_name",
            "pages.DocumentText": "text",
            "pages.SearchEntry": "title text english_title english_text file_text parts",
        },
        ages=False,
    ),
    FORGOTTEN_FILES,
]
WITHOUT_PEOPLE = {
    "pages.Document": "registry_number",
    "pages.DocumentVersion": "ending sha256",
    "pages.DocumentText": "sha256",
    "pages.SearchEntry": "kind url",
    "pages.SearchChange": "kind",
}
