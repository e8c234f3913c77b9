"""What the fields of a compilation's JSON and spreadsheet mean, in the words of their readers."""

# Key, title, description. A key with [] stands for each of a list.
FIELDS = [
    ("title", "Rubrik", "Remissens rubrik."),
    ("registry_number", "Diarienummer", "Diarienummer hos Malmö stad; tomt om det inte finns."),
    ("sender", "Avsändare", "Den som har skickat ut remissen."),
    ("due_date", "Sista svarsdag", "Dagen som svarstiden gick ut för alla utan egen dag."),
    ("phase", "Läge", "Öppen för svar, svarstiden är slut eller redovisad."),
    ("address", "Adress", "Sidan på webben som visar samma uppgifter."),
    ("made_at", "Framställd", "När sammanställningen gjordes."),
    (
        "positions[]",
        "Ställningstaganden",
        "Nyckel och ord för varje ställningstagande. "
        "Nyckeln none betyder att inget ställningstagande är angivet.",
    ),
    ("figures.invited", "Inbjudna", "Antal remissinstanser som bjudits in att svara."),
    ("figures.answered", "Har svarat", "Antal inbjudna som har svarat i sak."),
    ("figures.abstained", "Avstår", "Antal inbjudna som har meddelat att de avstår."),
    ("figures.silent", "Har inte svarat", "Antal inbjudna som inte har hört av sig."),
    ("figures.received", "Inkomna svar", "Antal svar som har kommit in, från inbjudna och andra."),
    ("figures.published", "Publicerade svar", "Antal svar som är publicerade och ingår här."),
    ("figures.waiting", "Väntar", "Antal inkomna svar som ännu inte har granskats."),
    ("figures.withheld", "Publiceras inte", "Antal inkomna svar som inte publiceras."),
    ("figures.late", "Sena svar", "Antal publicerade svar som kom efter sista svarsdagen."),
    (
        "figures.campaigns",
        "Likalydande grupper",
        "Antal grupper av nästan likalydande svar: minst "
        "80 procent av alla följder av fem ord är gemensamma med gruppens först inkomna svar.",
    ),
    ("figures.in_campaigns", "Svar i sådana grupper", "Antal svar i dessa grupper."),
    (
        "figures.by_group[]",
        "Ställningstaganden till helheten",
        "Antal publicerade svar per "
        "ställningstagande, för alla och för var grupp av svarande. Följer ordningen i positions.",
    ),
    (
        "figures.by_section[]",
        "Ställningstaganden per avsnitt",
        "Antal publicerade svar som säger "
        "något om avsnittet, per ställningstagande. Följer ordningen i positions.",
    ),
    ("sections[]", "Avsnitt", "Remissens avsnitt med nummer, slag, rubrik och text."),
    (
        "bodies[]",
        "Remissinstanser",
        "De inbjudna: namn, slag, om de har svarat, deras sista dag "
        "och referensen till deras svar när det är publicerat.",
    ),
    ("answers[].reference", "Referens", "Svarets referens."),
    ("answers[].name", "Svarande", "Vem som svarar. En privatpersons namn står bara med samtycke."),
    (
        "answers[].group",
        "Grupp",
        "umbrella paraplyorganisation, organisation annan organisation, "
        "department förvaltning, person privatperson. Ett paraplys svar och dess medlemmars svar "
        "räknas var för sig.",
    ),
    ("answers[].invited", "Inbjuden", "Om den svarande fanns på remisslistan."),
    ("answers[].on_behalf_of", "För vems räkning", "För vem svaret lämnas, om det är angivet."),
    ("answers[].decided_by", "Beslutat av", "Vem som har beslutat om svaret, om det är angivet."),
    ("answers[].decided_on", "Beslutsdatum", "När beslutet fattades, om det är angivet."),
    ("answers[].received_on", "Mottaget", "Dagen som svaret togs emot."),
    ("answers[].late", "Sent", "Om svaret kom efter den sista dag som gällde."),
    ("answers[].version", "Version", "Den version som räknas; en rättelse ger nästa nummer."),
    ("answers[].position", "Ställningstagande", "Ställningstagande till helheten; tomt om inget."),
    ("answers[].summary", "Sammanfattning", "Den svarandes egen sammanfattning."),
    ("answers[].texts[]", "Synpunkter", "Ställningstagande och text till vart avsnitt."),
    ("answers[].files[]", "Bilagor", "Bilagornas namn, storlek i byte och adress."),
    ("answers[].masks[]", "Maskeringar", "Skäl och dag för varje del som är dold."),
    ("answers[].address", "Adress", "Svarets egen sida på webben."),
    (
        "answers[].campaign",
        "Likalydande med",
        "Referensen till det först inkomna av nästan "
        "likalydande svar; svarets egen för det första; tomt om svaret inte liknar något annat.",
    ),
    (
        "outcomes[]",
        "Så här blev det",
        "Svar från avsändaren, till ett avsnitt, ett remissvar eller hela remissen.",
    ),
    ("events[]", "Händelser", "Dagar då svarstiden har ändrats, med skäl."),
    ("campaign_sizes", "Gruppernas storlek", "Antal svar per grupp av nästan likalydande svar."),
]
