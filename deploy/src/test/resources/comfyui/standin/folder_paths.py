"""Stand-in of ComfyUI's folder_paths."""

import tempfile

_user_directory = tempfile.mkdtemp(prefix="comfyui-user-")


def get_user_directory():
    return _user_directory


def set_user_directory(folder):
    global _user_directory
    _user_directory = folder
