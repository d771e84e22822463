"""The documents that people get, and what each is called."""

from enum import StrEnum

from core.words import N_, Word


class DocumentKind(StrEnum):
    DENUNCIA = "denuncia"
    """Boletín de denuncia: the agent's accusation (RDL 6/2015, articles 87 and 88)."""
    NOTIFICATION = "notification"
    """Tells the person of it, and of what they can do (article 90)."""
    RESOLUTION = "resolution"
    """What the resolver decided (article 95)."""
    SILENCE_CERTIFICATE = "silence_certificate"
    """That a reconsideration was dismissed by silence (Ley 39/2015, article 24.4)."""
    PAYMENT_RECEIPT = "payment_receipt"
    SUBMISSION_RECEIPT = "submission_receipt"
    """Of allegations, a reconsideration or a driver's name (Ley 39/2015, article 16.3)."""
    INFORMATION = "information"
    """A letter instead of a denuncia, in a zone's first weeks."""


DOCUMENT_LABELS: dict[DocumentKind, Word] = {
    DocumentKind.DENUNCIA: N_("Statement of offence"),
    DocumentKind.NOTIFICATION: N_("Notification of the offence"),
    DocumentKind.RESOLUTION: N_("Resolution of the sanctioning procedure"),
    DocumentKind.SILENCE_CERTIFICATE: N_("Certificate of silence"),
    DocumentKind.PAYMENT_RECEIPT: N_("Receipt of payment"),
    DocumentKind.SUBMISSION_RECEIPT: N_("Receipt of a submission"),
    DocumentKind.INFORMATION: N_("Information about a pedestrian zone"),
}
LANGUAGES = ("es", "eu")
"""Both official languages stand in every document, the person's first."""
