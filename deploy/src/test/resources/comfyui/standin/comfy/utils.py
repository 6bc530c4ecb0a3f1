"""Stand-in of ComfyUI's comfy.utils: a progress bar that remembers what it was told."""

from comfy import model_management

BARS = []


class ProgressBar:
    def __init__(self, total, node_id=None):
        self.total = total
        self.shown = []
        BARS.append(self)

    def update_absolute(self, value, total=None, preview=None):
        model_management.throw_exception_if_processing_interrupted()  # as ComfyUI's hook does
        self.shown.append((value, preview))
