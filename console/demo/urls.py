"""The console's addresses, and the demo's own beside them: ``serve`` does not know these."""

from django.urls import path

from console import urls
from console.views import demo

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

urlpatterns = [
    path("demo/", demo.panel, name="demo"),
    path("demo/state/", demo.state, name="demo_state"),
    path("demo/mend/", demo.mend, name="demo_mend"),
    path("demo/break/<str:kind>/", demo.begin, name="demo_break"),
    *urls.urlpatterns,
]
