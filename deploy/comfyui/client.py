"""The coordinator's API (/v1/openapi.json), for one who waits. A coordinator that does not answer is asked again for
as long as one has patience; a submit that is asked twice for that reason is done once, by its idempotency key."""

import contextlib
import hashlib
import json
import logging
import threading
import time

from .errors import FarmError, Lost, Refused, Stopped, Unavailable
from .transport import Transport

OVER = ("done", "failed", "cancelled")

# Who has just pressed "run" wants to know soon that nobody is there.
FIRST_CONTACT_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5
DOWNLOAD_ATTEMPTS = 3
CONFLICT = 409


class Client:
    """
    :param patience: seconds that a coordinator that does not answer is waited for
    """

    def __init__(self, url, token, authority, patience, how_to_get_in):
        self.url = url
        self._transport = Transport(url, token, authority, how_to_get_in)
        self._patience = patience
        self._stop = threading.Event()

    def stop(self):
        """Whoever waits for an answer gets Stopped, soon."""
        self._stop.set()

    def submit(self, request, key):
        """A new job, on the coordinator's disk when this returns, or the one that was made with that key."""
        body = json.dumps(request).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        # A picture to start from is sent over any line.
        outage = _Outage(self.url, min(self._patience, FIRST_CONTACT_SECONDS), self._stop)
        post = dict(method="POST", body=body, headers=headers, silence=600)
        return _insist(lambda: self._json("/v1/jobs", **post), outage)

    def watch(self, job_id):
        """The job again and again, whenever something happens to it, until it is over. Streams may break."""
        outage = _Outage(self.url, self._patience, self._stop)
        while True:
            try:
                for job in self._stream(job_id):
                    outage.is_over()
                    yield job
                    if job["state"] in OVER:
                        return
                raise Unavailable("the stream of events ended")
            except Unavailable as e:
                outage.endure(e)

    def _stream(self, job_id):
        headers = {"Accept": "text/event-stream"}
        data = []
        with self._transport.answer("/v1/jobs/%s/events" % job_id, headers=headers) as body:
            for raw in body:
                if self._stop.is_set():
                    raise Stopped()
                text = raw.decode().rstrip("\r\n")
                if text.startswith("data:"):
                    data.append(text[5:].lstrip())
                elif not text and any(data):
                    yield self._read("\n".join(data))["job"]
                    data = []

    def image(self, job):
        """The bytes of a finished job's PNG, as the coordinator made it."""
        for _ in range(DOWNLOAD_ATTEMPTS):
            outage = _Outage(self.url, self._patience, self._stop)
            png = _insist(lambda: self._bytes("/v1/jobs/%s/image" % job["id"]), outage)
            if job.get("pictureSha256") in (None, hashlib.sha256(png).hexdigest()):
                return png
        raise FarmError("the image of job %s arrives damaged: its SHA-256 differs each time" % job["id"])

    def preview(self, job_id, phase):
        """The bytes of a phase's PNG; None if it is not to be had, which is no harm."""
        with contextlib.suppress(FarmError, Unavailable):
            return self._bytes("/v1/jobs/%s/previews/%d" % (job_id, phase))
        return None

    def cancel(self, job_id):
        """Stops an unfinished job, without waiting for a coordinator that does not answer."""
        try:
            self._json("/v1/jobs/" + job_id, method="DELETE", silence=10)
        except Refused as e:
            if e.status != CONFLICT:  # it is over
                raise
        except Unavailable as e:
            raise FarmError("job %s could not be cancelled (%s): demofusion cancel %s" % (job_id, e, job_id)) from e

    def _json(self, path, **how):
        with self._transport.answer(path, **how) as body:
            return self._read(body.read())

    def _bytes(self, path):
        with self._transport.answer(path) as body:
            return body.read()

    def _read(self, text):
        try:
            return json.loads(text)
        except ValueError as e:
            raise FarmError("the server at %s is not a demofusion coordinator: its answer is no JSON" % self.url) from e


def _insist(question, outage):
    while True:
        try:
            return question()
        except Unavailable as e:
            outage.endure(e)


class _Outage:
    """A time without answers: says so once, and once when it is over; after so long it is given up."""

    def __init__(self, url, patience, stop):
        self._url = url
        self._patience = patience
        self._stop = stop
        self._begin()

    def _begin(self):
        self._began = None
        self._pause = FIRST_PAUSE_SECONDS
        self._is_said = False

    def is_over(self):
        if self._is_said:
            logging.info("demofusion: the coordinator at %s is ready", self._url)
        self._begin()

    def endure(self, failure):
        if self._stop.is_set():
            raise Stopped()
        now = time.monotonic()
        if self._began is None:
            self._began = now
        elif not self._is_said:  # once is nothing: an old connection was closed
            self._is_said = True
            waiting = "demofusion: the coordinator at %s does not answer (%s); waiting up to %d s"
            logging.warning(waiting, self._url, failure, self._patience)
        left = self._patience - (now - self._began)
        if left <= 0:
            raise Lost(
                "the coordinator at %s does not answer (%s): check that it is running, and queue the same again, which"
                " finds what was submitted" % (self._url, failure)
            ) from failure
        self._stop.wait(min(self._pause, left))
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
