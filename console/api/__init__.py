"""The HTTP API of programs, /api/v1/: the use cases of orders behind bearer tokens."""
