"""The README's pictures and its recording, taken from a running demo: ``manage.py pictures``.

They lie beside the code that takes them.
"""
