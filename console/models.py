"""What the console itself keeps."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class SignInLink(models.Model):
    """A link that signs its user in, once. Only the SHA-256 of its secret is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_link"

    def __str__(self) -> str:
        return str(self.user)
