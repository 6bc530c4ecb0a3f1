"""Which coordinator is asked, with whose token and whose certificates: read where it is used, never saved.

A workflow comes from anybody and may name any address. So a token belongs to a host: $DEMOFUSION_TOKEN goes only to
the coordinator of $DEMOFUSION_COORDINATOR, and HOST.token in ComfyUI's user/__demofusion only to HOST.
"""

import logging
import os
import re
import urllib.parse

import folder_paths

from .client import Client
from .errors import FarmError

DEFAULT_ADDRESS = "http://127.0.0.1:7980"
ADDRESS_VARIABLE = "DEMOFUSION_COORDINATOR"
TOKEN_VARIABLE = "DEMOFUSION_TOKEN"
CA_VARIABLE = "DEMOFUSION_CA"

LONGEST_TOKEN = 1024
DEFAULT_PORTS = {"http": 80, "https": 443}


class Access:
    """A coordinator's address, checked when the node runs."""

    def __init__(self, address, ca_file="", patience=300):
        own = os.environ.get(ADDRESS_VARIABLE, "").strip() or DEFAULT_ADDRESS
        self.url = parse(address.strip() or own)
        self._is_own = origin(self.url) == origin(parse(own))
        self._ca_file = ca_file.strip()
        self._patience = patience

    @property
    def host(self):
        return urllib.parse.urlsplit(self.url).hostname

    def client(self):
        """A client with the token as it is now: this object is cached for as long as its inputs stay the same."""
        token = self._token()
        if token and self.url.startswith("http:") and not is_loopback(self.host):
            if not self._is_own:
                raise FarmError("the token of %s is not sent unencrypted to an address of a workflow: use https, or set $%s"
                                % (self.host, ADDRESS_VARIABLE))
            logging.warning("the token is sent to %s unencrypted: give the coordinator --tls, and use https", self.url)
        return Client(self.url, token, self._authority(), self._patience, self._how_to_get_in())

    def _token(self):
        file = self._file("token")
        if os.path.exists(file):
            try:
                with open(file, encoding="utf-8", errors="replace") as opened:
                    return checked_token(opened.read(LONGEST_TOKEN + 2), "the token file " + file)
            except OSError as e:
                raise FarmError("the token file %s cannot be read: %s" % (file, e.strerror)) from e
        token = os.environ.get(TOKEN_VARIABLE, "")
        return checked_token(token, "$" + TOKEN_VARIABLE) if token and self._is_own else None

    def _authority(self):
        if self._ca_file:
            return self._ca_file
        file = self._file("crt")
        if os.path.exists(file):
            return file
        return os.environ.get(CA_VARIABLE, "") if self._is_own else ""

    def _file(self, ending):
        # Folders with two underscores are not served to browsers.
        name = self.host.replace(":", "_") + "." + ending
        return os.path.join(folder_paths.get_user_directory(), "__demofusion", name)

    def _how_to_get_in(self):
        return "put its token into %s, or set $%s and $%s before ComfyUI starts" % (
            self._file("token"),
            ADDRESS_VARIABLE,
            TOKEN_VARIABLE,
        )


def parse(text):
    """An address without a slash at its end."""
    try:
        parts = urllib.parse.urlsplit(text.strip().rstrip("/"))
        is_web = parts.scheme in DEFAULT_PORTS and bool(parts.hostname)
        is_plain = parts.username is None and not parts.query and not parts.fragment
        if is_web and is_plain and parts.port != 0 and re.fullmatch(r"[A-Za-z0-9._:-]+", parts.hostname):
            return urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    except ValueError:
        pass  # a port or an IPv6 address that is none; said below
    raise FarmError('the coordinator\'s address "%s" must be like %s' % (text, DEFAULT_ADDRESS))


def origin(url):
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]


def is_loopback(host):
    return host == "localhost" or host == "::1" or host.startswith("127.")


def checked_token(text, where):
    token = text.strip()
    if not re.fullmatch(r"[A-Za-z0-9._~+/=-]{1,%d}" % LONGEST_TOKEN, token):
        raise FarmError(
            "%s contains no token: a token is a single line of at most %d letters, digits and . _ ~ + / = -"
            % (where, LONGEST_TOKEN)
        )
    return token
