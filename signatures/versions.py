"""From one text of an agreement to the next: how a new one begins, what it changes, who is asked.

The rules of time stand on AgreementVersion; publishing is in actions.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core import signing
from django.db.models import Count, Prefetch

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership, Organisation
from malmoandan.publishing.markdown import Block, blocks
from signatures.models import Agreement, AgreementVersion, Signatory, Signature

# The query's name of who is invited. It fills in a form, and proves nothing: the code does.
INVITATION = "inbjudan"
_SALT = "signatures.invitation"
# From this likeness (0 to 1) two paragraphs are one that was changed, else one went, one came.
LIKE = 0.4


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them: "" (kept), "deleted" or "inserted"."""

    text: str
    change: str = ""


@dataclass(frozen=True)
class Change:
    """A paragraph in both texts. Where nothing changed, `old` is empty and `new` has it all."""

    kind: str  # kept, changed, deleted or inserted
    tag: str
    old: list[Piece]
    new: list[Piece]

    @property
    def is_heading(self) -> bool:
        return self.tag.startswith("h")


def compare(old: str, new: str) -> list[Change]:
    """The two Markdown texts by paragraph, and by word within a paragraph that was changed."""
    before, after = blocks(old), blocks(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        change
        for step, i, i_end, j, j_end in steps
        for change in (
            [_kept(block) for block in after[j:j_end]]
            if step == "equal"
            else _replaced(before[i:i_end], after[j:j_end])
        )
    ]


def _replaced(before: list[Block], after: list[Block]) -> Iterator[Change]:
    """Pair the two most alike, then what stands before them and after them."""
    pairs = [
        (_likeness(old, new), -i, -j) for i, old in enumerate(before) for j, new in enumerate(after)
    ]
    likeness, i, j = max(pairs, default=(0.0, 0, 0))
    if likeness < LIKE:
        yield from _rewritten(before, after)
        return
    i, j = -i, -j
    yield from _replaced(before[:i], after[:j])
    yield _changed(before[i], after[j])
    yield from _replaced(before[i + 1 :], after[j + 1 :])


def _rewritten(before: list[Block], after: list[Block]) -> Iterator[Change]:
    """What has little in common: side by side where the parts answer each other by number."""
    if [block.tag for block in before] == [block.tag for block in after]:
        for old, new in zip(before, after, strict=True):
            gone, came = _gone(old), _came(new)
            yield Change("changed", new.tag, gone.old, came.new)
    else:
        yield from (_gone(block) for block in before)
        yield from (_came(block) for block in after)


def _likeness(old: Block, new: Block) -> float:
    if old.tag != new.tag:
        return 0.0
    return SequenceMatcher(None, old.text.split(), new.text.split(), autojunk=False).ratio()


def _kept(block: Block) -> Change:
    return Change("kept", block.tag, [], [Piece(block.text)])


def _gone(block: Block) -> Change:
    return Change("deleted", block.tag, [Piece(block.text, "deleted")], [])


def _came(block: Block) -> Change:
    return Change("inserted", block.tag, [], [Piece(block.text, "inserted")])


def _changed(old: Block, new: Block) -> Change:
    before, after = _words(old.text), _words(new.text)
    steps = SequenceMatcher(None, old.text.split(), new.text.split(), autojunk=False).get_opcodes()
    left, right = [], []
    for step, i, i_end, j, j_end in steps:
        same = step == "equal"
        if i < i_end:
            left.append(Piece("".join(before[i:i_end]), "" if same else "deleted"))
        if j < j_end:
            right.append(Piece("".join(after[j:j_end]), "" if same else "inserted"))
    return Change("changed", new.tag, left, right)


def _words(text: str) -> list[str]:
    """Words with the blanks that follow them, so that joined they are the text again."""
    return re.findall(r"\S+\s*", text)


def next_number(agreement: Agreement) -> int:
    newest = agreement.versions.order_by("-number").first()
    return newest.number + 1 if newest else 1


def starting_point(agreement: Agreement) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a new text begins with: the newest published one, and its translations."""
    newest = agreement.versions.published().order_by("-number").first()
    if newest is None:
        return {"agreement": agreement}, []
    fields = ["title", "text", "principles", "adopted_in", "grace_days"]
    translated = ["kind", "language", "title", "text", "principles"]
    return (
        {"agreement": agreement} | {name: getattr(newest, name) for name in fields},
        list(newest.translations.order_by("pk").values(*translated)),
    )


def to_invite(version: AgreementVersion) -> list[tuple[Signature, User | Signatory]]:
    """Whom to ask to sign the text: for each organisation that stands behind the former one.

    Those are its representatives, or while it has none, the people who signed.
    """
    representatives = Membership.objects.active().select_related("person")
    signatures = (
        Signature.objects.published()
        .filter(version=version.former())
        .prefetch_related(
            Prefetch("organisation__memberships", representatives),
            Prefetch("signatories", Signatory.objects.exclude(email="")),
        )
    )
    return [
        (signature, person)
        for signature in signatures
        for person in [member.person for member in signature.organisation.memberships.all()]
        or signature.signatories.all()
    ]


def invitation(organisation: Organisation) -> str:
    """A word for an address that says which organisation is asked to sign."""
    return signing.dumps(organisation.pk, salt=_SALT)


def invited_organisation(word: str) -> Organisation | None:
    try:
        return Organisation.objects.filter(pk=signing.loads(word, salt=_SALT)).first()
    except signing.BadSignature:
        return None


def can_sign_anew(person: User, version: AgreementVersion) -> list[Organisation]:
    """The organisations that the person represents, which signed an earlier text and lack this."""
    represented = Organisation.objects.filter(
        memberships__in=Membership.objects.active().filter(person=person)
    )
    earlier = Signature.objects.published().filter(
        version__agreement=version.agreement, version__number__lt=version.number
    )
    signed = Signature.objects.live().filter(version=version)
    return list(
        represented.filter(pk__in=earlier.values("organisation"))
        .exclude(pk__in=signed.values("organisation"))
        .in_swedish_order()
    )


def signed_per_version(agreement: Agreement) -> list[tuple[AgreementVersion, int]]:
    """Each published text, the newest first, and how many organisations stand behind it."""
    count = dict(
        Signature.objects.published()
        .filter(version__agreement=agreement)
        .values_list("version")
        .annotate(Count("pk"))
        .order_by()
    )
    texts = agreement.versions.published().order_by("-number").defer("text")
    return [(text, count.get(text.pk, 0)) for text in texts]
