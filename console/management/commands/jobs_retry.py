"""``manage.py jobs_retry``: jobs that failed or were cancelled run again."""

from django.utils.translation import gettext_lazy as _

from console.management.jobs import JobsCommand


class Command(JobsCommand):
    help = "Put jobs that failed or were cancelled back into their queues, under their ids."
    action = "retry"
    done, not_done = _("in its queue again"), _("not retried")
    summary = _("Jobs in their queues again: %(done)d of %(all)d.")
