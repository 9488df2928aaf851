"""What goes wrong with the built-in server."""


class ServerProblem(Exception):
    """The built-in server can't be had. The message is one sentence for a person."""
