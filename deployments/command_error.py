"""What keeps a command from going on, said to a person."""


class CommandError(Exception):
    """The message is for people: what is wrong and what to do, without a stack trace and without a secret."""
