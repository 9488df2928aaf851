"""Every address of the API: the URLconf of ApiHandler."""

from django.urls import path

from console.api.app import api

urlpatterns = [path("api/v1/", api.urls)]
