"""What a password may be, and what is said of one that cannot: in our words, wherever one is typed."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Characters of a password that are read: no one types more, and what is not read is not hashed.
LONGEST = 500

#: What is missing, by field.
MISSING = {
    "username": gettext_lazy("Type the username."),
    "password": gettext_lazy("Type the password."),
    "old_password": gettext_lazy("Type the password you have."),
    "new_password1": gettext_lazy("Type a new password."),
    "new_password2": gettext_lazy("Type the new password once more."),
    "password1": gettext_lazy("Type a password."),
    "password2": gettext_lazy("Type the password once more."),
}

#: What is wrong with what was typed, by Django's names for it.
WRONG = {
    "invalid_login": gettext_lazy("Name and password do not fit. Small and capital letters are not alike."),
    "inactive": gettext_lazy("This account is switched off."),
    "password_incorrect": gettext_lazy("That is not the password you have."),
    "password_mismatch": gettext_lazy("The two are not alike."),
}


class InOurWords:
    """For Django's forms that take a password: how long it may be, and every refusal, are ours.

    A password that is pasted must not be cut without a word, so its field has no ``maxlength``.
    """

    error_messages: Any
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.error_messages = WRONG
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field, forms.CharField):
                continue
            if isinstance(field.widget, forms.PasswordInput):
                field.max_length = LONGEST
                field.validators.append(MaxLengthValidator(LONGEST))
            field.error_messages |= {
                "max_length": _("At most %(max)d characters.") % {"max": field.max_length or LONGEST},
                "null_characters_not_allowed": _("Leave out the NUL character."),
            }
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]


class NotTooShort(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("Too short: at least %(least)d characters.") % {"least": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Too common: it is the first that is guessed.")


class NotSimilar(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("Too much like the %(verbose_name)s.")
