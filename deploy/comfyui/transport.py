"""One HTTP request and its answer; tells what may be asked again (Unavailable) from what was refused (Refused) and
from what no waiting mends (FarmError)."""

import contextlib
import http.client
import json
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request

from .errors import FarmError, Refused, Unavailable

# Streams of events have a sign of life more often than this.
LONGEST_SILENCE_SECONDS = 60
LONGEST_PROBLEM = 1 << 16
LONGEST_SENTENCE = 1000

# The coordinator is starting, or a proxy before it waits for it.
PASSING = (502, 503, 504)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Nobody else is to see the token."""

    def redirect_request(self, *arguments):
        return None


class Transport:
    """
    :param url: of the coordinator, without a slash at its end
    :param authority: a file of certificates (PEM); empty: those that the system trusts
    :param how_to_get_in: what to do where a token is missing
    """

    def __init__(self, url, token, authority, how_to_get_in):
        self.url = url
        self._token = token
        self._how_to_get_in = how_to_get_in
        handlers = [_NoRedirects(), urllib.request.HTTPSHandler(context=_trust(authority))]
        host = urllib.parse.urlsplit(url).hostname
        if host in ("localhost", "::1") or host.startswith("127."):
            handlers.append(urllib.request.ProxyHandler({}))  # what stays on this machine needs none
        self._opener = urllib.request.build_opener(*handlers)

    @contextlib.contextmanager
    def answer(self, path, method="GET", body=None, headers=None, silence=LONGEST_SILENCE_SECONDS):
        """The body of an answer, to be read within the context."""
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers or {})
        request.add_header("User-Agent", "demofusion-comfyui")
        if self._token:
            request.add_header("Authorization", "Bearer " + self._token)
        try:
            with self._opener.open(request, timeout=silence) as opened:
                yield opened
        except urllib.error.HTTPError as e:
            with e:
                raise self._refusal(e) from e
        except urllib.error.URLError as e:
            raise self._failure(e.reason) from e
        except (OSError, http.client.HTTPException) as e:
            raise self._failure(e) from e

    def _refusal(self, answer):
        if 300 <= answer.code < 400:
            place = answer.headers.get("Location", "another address")
            return Refused(answer.code, "the server at %s redirects to %s: give that address" % (self.url, line(place)))
        sentence = self._sentence(answer)
        return Unavailable(sentence) if answer.code in PASSING else Refused(answer.code, sentence)

    def _sentence(self, answer):
        said = None
        try:
            problem = json.loads(answer.read(LONGEST_PROBLEM))
            said = problem.get("detail") or problem.get("title")
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # not by a coordinator of ours; the status says enough
        meanings = {
            401: ": " + self._how_to_get_in,
            403: ": the token's role does not allow this",
            404: ": is that a demofusion coordinator?",
            413: ": the request is too large",
        }
        if answer.code == 401 and not self._token:
            return "the coordinator at %s requires a token%s" % (self.url, meanings[401])
        if said:
            return line(str(said))
        return "the server at %s answered with HTTP status %d%s" % (
            self.url,
            answer.code,
            meanings.get(answer.code, ""),
        )

    def _failure(self, reason):
        if isinstance(reason, ssl.SSLCertVerificationError):
            return FarmError(
                "the coordinator at %s did not present a trusted certificate (%s): give the farm's own authority as"
                " ca_file, and address the coordinator by a name that is in its certificate"
                % (self.url, reason.verify_message)
            )
        if isinstance(reason, ssl.SSLError) and reason.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
            return FarmError("the server at %s does not speak TLS: does its address begin with http://?" % self.url)
        if isinstance(reason, socket.gaierror) and reason.errno != socket.EAI_AGAIN:
            host = urllib.parse.urlsplit(self.url).hostname
            return FarmError("the coordinator's host %s cannot be resolved: check its name" % host)
        if isinstance(reason, (socket.timeout, TimeoutError)):
            return Unavailable("no answer in time")
        if isinstance(reason, http.client.RemoteDisconnected):
            # Also what a TLS server does on receiving plain text.
            hint = ", which suggests that it expects https" if self.url.startswith("http:") else ""
            return Unavailable("it closed the connection without an answer" + hint)
        if isinstance(reason, http.client.InvalidURL):
            return FarmError("the coordinator's address %s is none: %s" % (self.url, line(str(reason))))
        if isinstance(reason, http.client.BadStatusLine):
            return FarmError("the server at %s does not speak HTTP: check the address" % self.url)
        said = getattr(reason, "strerror", None) or str(reason) or "the connection was lost"
        return Unavailable(line(said[0].lower() + said[1:]))


def _trust(authority):
    try:
        # Only these are trusted if there are any, and always verified.
        return ssl.create_default_context(cafile=authority or None)
    except ssl.SSLError as e:
        raise FarmError("ca_file %s contains no PEM certificate" % authority) from e
    except OSError as e:
        raise FarmError("ca_file %s cannot be read: %s" % (authority, e.strerror)) from e


def line(text):
    """One line, harmless and not too long, whoever wrote it."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    words = " ".join(printable.split())
    return words if len(words) <= LONGEST_SENTENCE else words[: LONGEST_SENTENCE - 1] + "…"
