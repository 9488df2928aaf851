"""The tags of templates: one name, one tag."""

from django.template import engines
from django.template.library import import_library

from console.templatetags.page import pattern


def test_no_library_that_is_loaded_replaces_a_tag_of_every_page():
    engine = engines["django"].engine
    always = {name for library in engine.template_builtins for name in library.tags}
    loaded = {path for path in engine.libraries.values() if path.startswith("console.")} - {*engine.builtins}
    assert loaded
    for path in loaded:
        assert always & import_library(path).tags.keys() == set(), path


def test_a_pattern_has_a_place_for_a_key_or_for_parameters():
    assert pattern("job", "oldest") == "/jobs/{oldest}/"
    assert pattern("jobs", task="task") == "/jobs/?task={task}"
    assert pattern("jobs", queue="name", state="of") == "/jobs/?queue={name}&state={of}"
