"""What can go wrong, by what can be done about it. ComfyUI shows the text of an exception: one sentence."""


class FarmError(Exception):
    """What waiting does not mend."""


class Refused(FarmError):
    """The coordinator answered, and refused."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


class Lost(FarmError):
    """The coordinator did not answer for so long that patience is at its end; what was submitted goes on there."""


class Unavailable(Exception):
    """It may go well if it is asked again: a connection broke, or the coordinator is being restarted."""


class Stopped(Exception):
    """Nobody waits for the answer any more."""
