"""The one error that is meant for the user's eyes."""


class InputError(ValueError):
    """What the user gave cannot be used.

    Its text is one complete sentence that says what is wrong, where (file, column or option) and what to do;
    window and command line show it as it is.
    """
