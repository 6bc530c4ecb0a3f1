"""Stand-in of ComfyUI's comfy.model_management: the user's wish to cancel."""

import threading

_interrupted = threading.Event()


class InterruptProcessingException(Exception):
    pass


def interrupt_current_processing(value=True):
    _interrupted.set() if value else _interrupted.clear()


def throw_exception_if_processing_interrupted():
    if _interrupted.is_set():
        _interrupted.clear()
        raise InterruptProcessingException()
