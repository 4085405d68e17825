"""What a person is told when something cannot go on.

Owns the one exception that the command line turns into a sentence and exit
status 1. Refuses to wrap programming errors: those keep their traceback.
"""


class Trouble(Exception):
    """Say in one sentence what is wrong, where, and how to mend it."""
