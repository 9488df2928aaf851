"""``manage.py jobs_cancel``: jobs that nobody runs yet never run."""

from django.utils.translation import gettext_lazy as _

from console.management.jobs import JobsCommand


class Command(JobsCommand):
    help = "Cancel jobs that are scheduled, waiting or ready."
    action = "cancel"
    done, not_done = _("cancelled"), _("not cancelled")
    summary = _("Jobs cancelled: %(done)d of %(all)d.")
