"""Every address of the console."""

from django.urls import include, path

from console.admin import site
from console.views import (
    account_list,
    accounts,
    choices,
    components,
    dashboard,
    job_cancel,
    job_document,
    job_list,
    job_retry,
    jobs,
    order_cancel,
    order_list,
    orders,
    preferences,
    signin,
    transfer_list,
)

handler400 = "console.views.errors.bad_request"
handler403 = "console.views.errors.forbidden"
handler404 = "console.views.errors.not_found"
handler500 = "console.views.errors.server_error"

urlpatterns = [
    path("", include("console.api.urls")),
    path("", dashboard.dashboard, name="dashboard"),
    path("admin/", site.urls),
    path("sign-in/", signin.sign_in, name="sign_in"),
    path("sign-in/password/", signin.set_password, name="set_password"),
    path("sign-in/password/change/", signin.change_password, name="change_password"),
    path("sign-in/<str:secret>/", signin.open_link, name="sign_in_link"),
    path("sign-out/", signin.sign_out, name="sign_out"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("_components/", components.components, name="components"),
    path("orders/", order_list.order_list, name="orders"),
    path("orders/new/", orders.order_form, name="order_form"),
    path("orders/<str:id>/", orders.order_page, name="order"),
    path("orders/<str:id>/cancel/", order_cancel.order_cancel, name="order_cancel"),
    path("choices/customers/", choices.customer_choices, name="customer_choices"),
    path("choices/products/", choices.product_choices, name="product_choices"),
    path("choices/accounts/", choices.account_choices, name="account_choices"),
    path("jobs/", job_list.job_list, name="jobs"),
    path("jobs/<str:id>/", jobs.job_page, name="job"),
    path("jobs/<str:id>/cancel/", job_cancel.job_cancel, name="job_cancel"),
    path("jobs/<str:id>/retry/", job_retry.job_retry, name="job_retry"),
    path("jobs/<str:id>/<str:part>.json", job_document.job_document, name="job_document"),
    path("accounts/", account_list.account_list, name="accounts"),
    # A customer's code, and with it a wallet's, may have a slash in it.
    path("accounts/<path:code>/transfer/", accounts.transfer, name="transfer"),
    path("accounts/<path:code>/transfers/", transfer_list.transfer_list, name="transfers"),
    path("accounts/<path:code>/", accounts.account_page, name="account"),
]
