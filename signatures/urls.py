from django.urls import path

from signatures.views import (
    agreement,
    confirming,
    documents,
    log,
    mine,
    proof,
    register,
    signing,
    versions,
)

app_name = "signatures"
urlpatterns = [
    path("avsiktsforklaring/", agreement.agreement, name="agreement"),
    path("avsiktsforklaring/<int:number>/", agreement.agreement, name="agreement_version"),
    path("avsiktsforklaring.pdf", documents.agreement_pdf, name="agreement_pdf"),
    path(
        "avsiktsforklaring/<int:number>.pdf",
        documents.agreement_pdf,
        name="agreement_version_pdf",
    ),
    path("avsiktsforklaring/lattlast/", agreement.plain, name="agreement_plain"),
    path(
        "avsiktsforklaring/<int:number>/lattlast/",
        agreement.plain,
        name="agreement_version_plain",
    ),
    path("avsiktsforklaring/<int:number>/andringar/", versions.changes, name="changes"),
    # Signing
    path("blankett.pdf", documents.paper_form, name="paper_form"),
    path("skriv-under/", signing.organisation, name="sign"),
    path("skriv-under/firmatecknare/", signing.signatories, name="signatories"),
    path("skriv-under/kontrollera/", signing.check, name="check"),
    path("skriv-under/kod/", signing.SigningCodeView.as_view(), name="code"),
    path("skriv-under/slutfor/", signing.finish, name="finish"),
    path("skriv-under/klart/<str:reference>/", signing.receipt, name="receipt"),
    path("skriv-under/bekrafta/<str:token>/", confirming.confirm, name="confirm"),
    path(
        "skriv-under/bekrafta/<str:token>/kod/",
        confirming.ConfirmingCodeView.as_view(),
        name="confirm_code",
    ),
    path("skriv-under/bekrafta/<str:token>/slutfor/", confirming.finish, name="confirm_finish"),
    # Mina sidor
    path("mina-sidor/undertecknanden/<str:reference>/ta-tillbaka/", mine.withdraw, name="withdraw"),
    path("mina-sidor/organisationer/<slug:slug>/uppgifter/", mine.correct, name="correct"),
    # The register: a page, and files that take the same query
    path("undertecknare/", register.show, name="register"),
    path("undertecknare.csv", register.as_csv, name="register_csv"),
    path("undertecknare.csv-metadata.json", register.csv_metadata, name="register_metadata"),
    path("undertecknare.xlsx", register.as_xlsx, name="register_xlsx"),
    path("undertecknare.json", register.as_json, name="register_json"),
    path("undertecknare.atom", register.as_atom, name="register_atom"),
    path("undertecknare/logg/", log.show, name="log"),
    path("undertecknare/logg.json", log.as_json, name="log_json"),
    # Proof of one signature; the QR code on a certificate leads there
    path("bevis/", proof.check, name="check_proof"),
    path("bevis/<str:code>/", proof.proof, name="proof"),
    path("bevis/<str:code>.pdf", proof.certificate, name="certificate_pdf"),
]
