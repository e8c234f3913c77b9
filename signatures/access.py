"""Who may see what of a signature."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404, HttpRequest

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership
from signatures.models import Signature, SignatureQuerySet, State

FINISHED_KEY = "signed"


def remember(request: HttpRequest, signature: Signature) -> None:
    """Let this visitor see the receipt, also when somebody else's signature was first."""
    finished = request.session.get(FINISHED_KEY, [])
    request.session[FINISHED_KEY] = [*finished, signature.reference][-20:]


def own_signatures(user: User | AnonymousUser) -> SignatureQuerySet:
    """Those of the organisations that the person may act for, and those just signed.

    Until a signature is published nobody represents the organisation by it: then it belongs to
    those who have confirmed it themselves.
    """
    organisations = Membership.objects.active().filter(person_id=user.pk).values("organisation")
    own = Q(
        state__in=[State.WAITING, State.SUBMITTED],
        pk__in=Signature.objects.filter(
            signatories__person_id=user.pk, signatories__confirmed_at__isnull=False
        ).values("pk"),
    )
    found = Signature.objects.filter(Q(organisation__in=organisations) | own)
    return found.select_related("organisation", "version__agreement", "withdrawn_by")


def own_signature_or_404(user: User | AnonymousUser, reference: str) -> Signature:
    """Return one of the person's own signatures; raises Http404 for everybody else's."""
    signature = own_signatures(user).filter(reference=reference).first()
    if signature is None:
        raise Http404
    return signature


def receipt_or_404(request: HttpRequest, reference: str) -> Signature:
    """Return the signature when the visitor has signed it here, or is one of its signatories."""
    found = Signature.objects.filter(reference=reference).select_related("organisation", "version")
    signature = found.first()
    if signature is None:
        raise Http404
    mine = (
        request.user.is_authenticated and signature.signatories.filter(person=request.user).exists()
    )
    if not mine and reference not in request.session.get(FINISHED_KEY, []):
        raise Http404
    return signature
