"""What invented rounds are called and told with."""

SLUG = "pahittad-"
MARK = "(påhittad)"
NOTE = (
    "Alla uppgifter i omgången är påhittade. De visar hur kartläggningen fungerar, och säger "
    "inget om hur Malmö stad och föreningar samverkar."
)
THEMES = [
    *["Skola", "Förskola", "Kultur", "Fritid", "Arbete", "Stöd", "Vård och omsorg", "Stadsbyggnad"],
    *["Miljö", "Gator och parker", "Service", "Gymnasium", "Ledning", "Trygghet", "Boende"],
    *["Folkhälsa", "Näringsliv", "Ungdom", "Integration", "Bibliotek"],
]
FIRST = [
    *["Björkens", "Möllans", "Havets", "Lyktans", "Broarnas", "Ängens", "Östra", "Kanalens"],
    *["Syrenens", "Torgets", "Öresunds", "Bokens", "Årets", "Solens", "Rörsjöns", "Ekens"],
]
SECOND = [
    *["idrottsförening", "odlare", "kulturförening", "läxhjälpare", "grannar", "teater"],
    *["simklubb", "hantverkare", "vänförening", "kvinnonätverk", "seniorer", "cykelkök"],
    *["musikförening", "ungdomsråd", "kök", "språkcafé"],
]
WHAT = [
    *["Läxhjälp", "Språkcafé", "Odling", "Simskola", "Cykelkurs", "Nattvandring", "Teater"],
    *["Arbetsträning", "Mötesplats", "Idrott på loven", "Bokcirkel", "Rådgivning", "Matlagning"],
    *["Musikverkstad", "Samråd", "Ledarutbildning", "Öppet hus", "Skapande verkstad"],
]
FOR = [
    *["för unga", "för äldre", "för nyanlända", "för barn i förskolan", "för familjer"],
    *["för dem som söker arbete", "för personer med funktionsnedsättning", "för alla"],
]
WHERE = [
    *["på Möllevången", "i Rosengård", "i Västra hamnen", "på Limhamn", "i Husie", "i Oxie"],
    *["i Kirseberg", "på Lindängen", "i Hyllie", "i Fosie", "i centrum", "på Holma"],
]
