"""Who may see what of a signature."""

from django.http import Http404, HttpRequest

from signatures.models import Signature

FINISHED_KEY = "signed"


def remember(request: HttpRequest, signature: Signature) -> None:
    """Let this visitor see the receipt, also when somebody else's signature was first."""
    finished = request.session.get(FINISHED_KEY, [])
    request.session[FINISHED_KEY] = [*finished, signature.reference][-20:]


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
