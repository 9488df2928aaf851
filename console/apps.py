from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConsoleConfig(AppConfig):
    name = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from console import checks, signin  # noqa: F401 (they register themselves)
        from console.roles import keep_roles

        # The console is the last app: by its own signal every other app's permissions are made.
        post_migrate.connect(keep_roles, sender=self, dispatch_uid="console.roles")
