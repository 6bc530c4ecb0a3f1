"""Several images on a farm at once: a thread asks the coordinator, ComfyUI's thread hears what happens.

ComfyUI's thread must look every moment whether the user has pressed "cancel"; one that waits for a network cannot.
So the waiting is done by a thread of its own, and what happens comes through a queue.
"""

import collections
import hashlib
import json
import logging
import queue
import threading
import uuid

from .errors import FarmError, Lost, Stopped

# How often the user's wish to cancel is looked for, and how long the farm is given to do it.
LOOK_SECONDS = 0.1
CANCEL_SECONDS = 10

# The idempotency keys of jobs whose end nobody has seen, by what was asked of whom. Whoever queues the same again
# after the connection was lost finds the same job, and the farm does nothing twice.
_KEYS = {}

# How far one image is, of 1; and the bytes of a PNG where there is a new preview, or the image itself.
Event = collections.namedtuple("Event", "index fraction preview image")


class Rendering:
    """
    :param requests: one for each image, as POST /v1/jobs takes them
    """

    def __init__(self, client, requests):
        self._client = client
        self._requests = requests
        self._jobs = []
        self._happened = queue.Queue()
        self._is_cancelled = threading.Event()

    def job_ids(self):
        return list(self._jobs)

    def events(self, look):
        """
        What happens, up to the last image; images come in the order of their requests.

        :param look: called every moment; may raise what ends the waiting
        """
        threading.Thread(target=self._run, name="demofusion", daemon=True).start()
        missing = len(self._requests)
        while missing:
            look()
            try:
                event = self._happened.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if isinstance(event, Exception):
                raise event
            missing -= event.image is not None
            yield event

    def cancel(self):
        """Stops the jobs on the farm, one that is being submitted at this moment too."""
        self._is_cancelled.set()
        self._client.stop()
        cancelling = threading.Thread(target=self._cancel_jobs, name="demofusion cancel", daemon=True)
        cancelling.start()
        cancelling.join(CANCEL_SECONDS)

    def _run(self):
        try:
            # All at once: a farm with many workers goes on with the next image while one is being decoded.
            for request in self._requests:
                self._submit(request)
            for index, job_id in enumerate(self.job_ids()):
                self._follow(index, job_id)
        except Stopped:
            return
        except Lost as e:
            self._happened.put(e)
            return
        except FarmError as e:
            self._cancel_jobs()  # nobody waits for the rest of the batch
            self._happened.put(e)
        except Exception as e:  # ours, of any kind: ComfyUI shows it
            self._happened.put(e)
        self._forget()

    def _submit(self, request):
        key = _KEYS.setdefault(self._digest(request), uuid.uuid4().hex)
        job = self._client.submit(request, key)
        self._jobs.append(job["id"])
        if self._is_cancelled.is_set():
            self._cancel_jobs()
            raise Stopped()

    def _follow(self, index, job_id):
        shown = 0
        reason = None
        for job in self._client.watch(job_id):
            if job["state"] == "paused" and job.get("reason") != reason:
                reason = job.get("reason")
                logging.warning("demofusion: job %s is paused: %s", job_id, reason)
            phase = max(job.get("previews", []), default=0)
            preview = None
            if phase > shown and job["state"] != "done":
                shown = phase
                preview = self._client.preview(job_id, phase)
            fraction = (job.get("progress") or {}).get("fraction", 0)
            self._happened.put(Event(index, fraction, preview, None))
        if job["state"] == "failed":
            raise FarmError("job %s failed: %s" % (job_id, job.get("reason") or "see demofusion job " + job_id))
        if job["state"] == "cancelled":
            raise FarmError("job %s was cancelled on the farm: queue it again to render it" % job_id)
        self._happened.put(Event(index, 1, None, self._client.image(job)))

    def _cancel_jobs(self):
        self._forget()
        try:
            for job_id in self.job_ids():
                self._client.cancel(job_id)
        except FarmError as e:
            logging.warning("demofusion: %s", e)

    def _forget(self):
        for request in self._requests:
            _KEYS.pop(self._digest(request), None)

    def _digest(self, request):
        text = self._client.url + json.dumps(request, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
