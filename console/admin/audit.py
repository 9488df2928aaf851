"""Who did what and why: the audit and its chains. Append-only, also for the database's owner's programs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from console.admin import cells
from console.admin.lists import ReadOnly, number, words
from console.admin.site import site
from orders.models import Audit, AuditChain


@admin.register(Audit, site=site)
class AuditRows(ReadOnly):
    seen_with = "orders.view_audit"
    found_by = {"id": number, "subject": words}
    asked_by = ("subject",)
    search_help_text = _("An id, or what it is about: product:TEA, user:1, order:…")
    columns = (
        cells.text("id", _("id")),
        cells.instant("at", _("at")),
        cells.text("actor", _("actor")),
        cells.text("action", _("action")),
        cells.text("subject", _("about")),
        cells.text("reason", _("reason")),
    )
    more = (
        cells.document("data", _("data")),
        cells.text("chain", _("chain")),
        cells.digest("previous", _("digest before")),
        cells.digest("digest", _("digest")),
    )


@admin.register(AuditChain, site=site)
class Chains(ReadOnly):
    seen_with = "orders.view_audit"
    ordering = ("chain",)
    columns = (
        cells.text("chain", _("chain")),
        cells.text("length", _("rows")),
        cells.digest("head", _("head")),
    )
