"""Five findings of a round. Each is computed, and states the rule that it follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malmoandan.publishing.pictures import spaced
from mapping.models import CooperationForm, Level, Step
from mapping.reports.figures import Figures

LEADING = 3  # departments that the second finding adds up


@dataclass(frozen=True)
class Finding:
    """A sentence that stands alone, what it rests on, and how it was found."""

    headline: str
    text: str
    rule: str


def findings(figures: Figures) -> list[Finding]:
    """Always five, in the same order; one without data says that."""
    made: list[Callable[[Figures], Finding]] = [
        _common_form,
        _leading_departments,
        _areas,
        _participation,
        _money,
    ]
    return [make(figures) for make in made]


def _common_form(figures: Figures) -> Finding:
    counts = figures.index.count(figures.drawn.found, "form")
    rule = _(
        "Formen med flest samverkan. Har flera lika många nämns alla. Andelen är av alla samverkan."
    )
    if not figures.total:
        return Finding(_("Ingen form är vanligast"), _("Omgången har inga samverkan."), rule)
    names = {form.value: _within(str(form.label)) for form in CooperationForm}
    highest = max(counts.values())
    said = _("Vanligast är %(forms)s") % {"forms": _listed(_most(counts, names))}
    text = _(
        "%(count)s av %(total)s samverkan (%(share)s) har den formen. Så fördelar de sig: %(all)s."
    )
    every = [f"{names[form]} {spaced(count)}" for form, count in counts.items()]
    return Finding(
        said,
        text
        % {
            "count": spaced(highest),
            "total": spaced(figures.total),
            "share": share(highest, figures.total),
            "all": _listed(every),
        },
        rule,
    )


def _leading_departments(figures: Figures) -> Finding:
    rule = _(
        "De tre förvaltningar som har flest samverkan, och hur många samverkan som minst en av dem "
        "är part i. Har flera lika många går de i bokstavsordning."
    )
    drawn = figures.drawn
    sets = {slug: drawn.bits("department", slug) for slug in drawn.names.departments}
    ranked = sorted((s for s in sets if sets[s]), key=lambda slug: -sets[slug].bit_count())
    if not ranked:
        text = _("Ingen samverkan i omgången har en förvaltning som part.")
        return Finding(_("Ingen förvaltning samverkar"), text, rule)
    leading = ranked[:LEADING]
    together = reduce(or_, (sets[slug] for slug in leading), 0).bit_count()
    named = [
        f"{drawn.names.departments[slug]} ({spaced(sets[slug].bit_count())})" for slug in leading
    ]
    text = _("De är %(named)s. Minst en av dem är part i %(together)s av %(total)s samverkan.")
    return Finding(
        _leading_said(len(leading)) % {"share": share(together, figures.total)},
        text
        % {
            "named": _listed(named),
            "together": spaced(together),
            "total": spaced(figures.total),
        },
        rule,
    )


def _leading_said(number: int) -> str:
    return {
        1: _("En förvaltning är med i %(share)s av all samverkan"),
        2: _("Två förvaltningar är med i %(share)s av all samverkan"),
        LEADING: _("Tre förvaltningar är med i %(share)s av all samverkan"),
    }[number]


def _areas(figures: Figures) -> Finding:
    rule = _(
        "Samhällsutmaningarna med flest och med minst antal samverkan. En samverkan kan räknas i "
        "flera. Har flera lika många nämns alla."
    )
    # Quoted, because names of areas hold commas and "och" of their own.
    names = {slug: f"”{name}”" for slug, name in figures.drawn.names.areas.items()}
    found = figures.index.count(figures.drawn.found, "area")
    counts = {slug: found.get(slug, 0) for slug in names}
    without = figures.drawn.without_any("area").bit_count()
    if not any(counts.values()):
        text = _("Ingen samverkan i omgången har en samhällsutmaning angiven.")
        return Finding(_("Ingen utmaning är angiven"), text, rule)
    fewest = [names[slug] for slug, count in counts.items() if count == min(counts.values())]
    most = _most(counts, names)
    text = ngettext(
        "%(most)s samverkan rör den.", "%(most)s samverkan rör var och en av dem.", len(most)
    )
    text += " " + _(
        "Minst antal har %(fewest)s: %(least)s. %(without)s samverkan har ingen utmaning angiven."
    )
    return Finding(
        _("Flest samverkan rör %(areas)s") % {"areas": _listed(most)},
        text
        % {
            "most": spaced(max(counts.values())),
            "fewest": _listed(fewest),
            "least": spaced(min(counts.values())),
            "without": spaced(without),
        },
        rule,
    )


def _participation(figures: Figures) -> Finding:
    rule = _(
        "Andelen på nivån dialog eller partnerskap, av de samverkan som har en nivå angiven. "
        "Steget är det med flest samverkan, av alla som har steg angivet."
    )
    drawn = figures.drawn
    levels = figures.index.count(drawn.found, "level")
    steps = figures.index.count(drawn.found, "step")
    told = sum(levels.values())
    if not told:
        text = _("Ingen samverkan i omgången har en nivå angiven i Europarådets matris.")
        return Finding(_("Nivån av delaktighet är okänd"), text, rule)
    high = levels[Level.DIALOGUE] + levels[Level.PARTNERSHIP]
    text = _(
        "%(high)s av de %(told)s samverkan som har en nivå angiven. %(unknown)s saknar nivå."
    ) % {
        "high": spaced(high),
        "told": spaced(told),
        "unknown": spaced(figures.total - told),
    }
    if any(steps.values()):
        names = {step.value: _within(str(step.label)) for step in Step}
        common = _("Det vanligaste steget i beslutsprocessen är %(steps)s (%(count)s).")
        most = _listed(_most(steps, names))
        text += " " + common % {"steps": most, "count": spaced(max(steps.values()))}
    said = _("%(share)s når dialog eller partnerskap") % {"share": share(high, told)}
    return Finding(said, text, rule)


def _money(figures: Figures) -> Finding:
    rule = _(
        "Summan av alla kända belopp det senaste hela kalenderåret före omgångens dag. Varje part "
        "i en samverkan som pågick då ska ha ett belopp; saknas det räknas det som okänt."
    )
    year = figures.index.money_of_year(figures.drawn.found, figures.last_whole_year)
    amounts = {"year": year.year, "unknown": spaced(year.unknown)}
    if not (year.known or year.unknown):
        text = _("Ingen samverkan i omgången pågick %(year)s, så vitt det är känt.") % amounts
        return Finding(_("Hur mycket pengar det rör är okänt"), text, rule)
    if not year.known:
        text = _("Inget belopp är känt för %(year)s, och %(unknown)s är okända.") % amounts
        return Finding(_("Hur mycket pengar det rör är okänt"), text, rule)
    text = _(
        "Staden stod för %(city)s kronor och den idéburna sektorn för %(civil)s kronor av det som "
        "är känt. %(unknown)s belopp är okända, i %(uncertain)s av %(running)s samverkan det året. "
        "Hela summan är därför minst så stor."
    )
    if not year.unknown:
        text = _(
            "Staden stod för %(city)s kronor och den idéburna sektorn för %(civil)s kronor. Alla "
            "belopp är kända."
        )
    return Finding(
        _("Minst %(sek)s kronor år %(year)s") % {"sek": spaced(year.known), "year": year.year},
        text
        % {
            "city": spaced(year.city),
            "civil": spaced(year.civil),
            "unknown": spaced(year.unknown),
            "uncertain": spaced(year.uncertain),
            "running": spaced(year.cooperations),
        },
        rule,
    )


def share(part: int, whole: int) -> str:
    """In whole per cent; what is not nothing is never 0, what is not all never 100."""
    if not whole:
        return "0\u00a0%"
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}\u00a0%"


def _within(label: str) -> str:
    """A label as it stands within a sentence."""
    return label[:1].lower() + label[1:]


def _most(counts: Mapping[str, int], names: Mapping[str, str]) -> list[str]:
    highest = max(counts.values())
    return [names[key] for key, count in counts.items() if count == highest]


def _listed(names: list[str]) -> str:
    return get_text_list(names, _("och"))
