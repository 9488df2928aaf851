"""The button that runs a job again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from console.actions import RETRY_JOB
from console.job_control import control_job
from console.views.access import PageRequest, page
from console.views.confirm import actor_of, reason_of
from console.views.jobs import confirm_job
from console.views.paging import uuid_or_404
from console.words import word


@page("jobs.view_job", RETRY_JOB.permission, methods=("GET", "POST"))
async def job_retry(request: PageRequest, id: str) -> HttpResponse:
    job = uuid_or_404(id)
    if request.method != "POST":
        return await confirm_job(request, RETRY_JOB, job)
    answer = await control_job("retry", job, actor=actor_of(request), reason=reason_of(request))
    match answer.code:
        case "":
            messages.success(request, _("The job is in its queue again."))
        case "to-come":
            messages.info(request, _("The job is in its queue already: nothing changed."))
        case "unknown":
            raise Http404
        case code:
            messages.error(request, _("The job was not retried. %s") % word("why-job", code))
    return redirect("job", id)
