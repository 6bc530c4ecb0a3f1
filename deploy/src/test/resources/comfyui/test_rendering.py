import contextlib
import logging
import os
import socket
import threading
import time
import types
import unittest
from unittest import mock

import loading
from fake_farm import FakeFarm

nodes = loading.part("nodes")
errors = loading.part("errors")
rendering = loading.part("rendering")

import comfy.model_management  # noqa: E402, the stand-in
import comfy.utils  # noqa: E402


class RenderingTest(unittest.TestCase):
    """The render node against a fake farm whose PNGs are no pictures."""

    def setUp(self):
        rendering._KEYS.clear()
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        pictures = types.SimpleNamespace(
            sources=lambda image: image or [],
            mask_of=lambda image, mask: {"mask": mask} if mask else {},
            tensor=lambda file: [file.decode()],
            preview=lambda file: ("JPEG", file.decode(), 512),
            batch=lambda tensors: sum(tensors, []),
        )
        patch = mock.patch.object(nodes, "pictures", pictures)
        patch.start()
        self.addCleanup(patch.stop)

    def render(self, farm, patience=300, **given):
        (coordinator,) = nodes.DemoFusionCoordinator().connect(farm.url, patience=patience)
        asked = {"prompt": "a fox", "width": 256, "height": 192, "seed": 7, **given}
        return nodes.DemoFusionRender().render(coordinator, **asked)

    def test_gives_back_what_the_farm_made(self):
        with FakeFarm() as farm:
            self.assertEqual(self.render(farm, steps=4), (["PNG of job-1"], "job-1"))

        self.assertEqual(farm.requests, [{"prompt": "a fox", "size": "256x192", "seed": 7, "steps": 4}])

    def test_sends_the_settings_that_are_connected(self):
        (settings,) = nodes.DemoFusionSettings().collect(stride=48, cosine_scale_1=2.5, jitter=False)
        with FakeFarm() as farm:
            self.render(farm, settings=settings)

        self.assertLessEqual({"stride": 48, "cosineScale1": 2.5, "jitter": False}.items(), farm.requests[0].items())

    def test_keeps_to_the_path_that_a_proxy_wants(self):
        with FakeFarm("/demofusion") as farm:
            self.render(farm)

        self.assertTrue(all(path.startswith("/demofusion/v1/jobs") for _, path, _ in farm.asked))

    def test_goes_through_a_forward_proxy_but_not_to_this_machine(self):
        with FakeFarm() as farm:
            with mock.patch.dict(os.environ, {"http_proxy": "http://127.0.0.1:1", "no_proxy": ""}):
                self.assertEqual(self.render(farm)[0], ["PNG of job-1"])
            proxy, farm.prefix = farm.url, "http://farm.invalid"
            farm.url = farm.prefix
            with mock.patch.dict(os.environ, {"http_proxy": proxy, "no_proxy": ""}):
                self.assertEqual(self.render(farm, seed=8)[0], ["PNG of job-2"])

    @unittest.skipUnless(socket.has_ipv6, "this machine has no IPv6")
    def test_speaks_ipv6(self):
        try:
            farm = FakeFarm(host="::1")
        except OSError as e:
            self.skipTest("this machine has no IPv6: %s" % e)
        with farm:
            self.assertIn("[::1]", farm.url)
            self.assertEqual(self.render(farm)[0], ["PNG of job-1"])

    def test_a_batch_is_one_job_for_each_image_in_order(self):
        with FakeFarm() as farm:
            images, jobs = self.render(farm, image=["one", "two"], strength=0.5, batch_size=2)

        self.assertEqual(images, ["PNG of job-%d" % n for n in (1, 2, 3, 4)])
        self.assertEqual(jobs.split(), ["job-1", "job-2", "job-3", "job-4"])
        asked = [(each["image"], each["seed"]) for each in farm.requests]
        self.assertEqual(asked, [("one", 7), ("one", 8), ("two", 9), ("two", 10)])

    def test_a_mask_goes_with_every_image(self):
        with FakeFarm() as farm:
            self.render(farm, image=["one", "two"], mask="white")

        self.assertEqual([(each["image"], each["mask"]) for each in farm.requests], [("one", "white"), ("two", "white")])

    def test_shows_progress_and_each_new_preview_once(self):
        with FakeFarm() as farm:
            steps = [("running", 0.25, [1]), ("running", 0.5, [1]), ("running", 0.75, [1, 2]), ("done", 1, [1, 2, 3])]
            views = [farm.view("job-1", state, done, previews=there) for state, done, there in steps]
            farm.script.append(("/events", lambda call: farm.events(call, views)))
            self.render(farm)

        shown = comfy.utils.BARS[-1].shown
        self.assertEqual([value for value, _ in shown], [250, 500, 750, 1000, 1000])
        self.assertEqual([preview is not None for _, preview in shown], [True, False, True, False, False])
        self.assertEqual(shown[0][1], ("JPEG", "PNG of preview", 512))

    def test_goes_on_where_the_stream_broke(self):
        with FakeFarm() as farm:
            views = [farm.view("job-1", "running", 0.1)]
            for ending in (True, False, True):  # a crash breaks it, a stop in order ends it
                farm.script.append(("/events", lambda call, breaks=ending: farm.events(call, views, breaks)))
            farm.script.append(("/image", lambda call: farm.send(call, 503, "text/plain", b"")))
            images, _ = self.render(farm)

        self.assertEqual(images, ["PNG of job-1"])
        self.assertEqual(len(farm.requests), 1)
        self.assertEqual([path for _, path, _ in farm.asked].count("/v1/jobs/job-1/events"), 4)

    def test_submits_once_even_if_the_answer_is_lost(self):
        def lost(call):
            farm.jobs[call.headers["Idempotency-Key"]] = "job-9"
            call.close_connection = True

        with FakeFarm() as farm:
            farm.script.append(("/v1/jobs", lost))
            images, _ = self.render(farm)

        self.assertEqual(images, ["PNG of job-9"])

    def test_queued_again_after_the_connection_was_lost_for_good_finds_its_job(self):
        with FakeFarm() as farm:
            farm.script.append(("/events", lambda call: farm.send(call, 503, "text/plain", b"")))
            with self.assertRaisesRegex(errors.FarmError, "does not answer .* queue the same again"):
                self.render(farm, patience=0)
            images, _ = self.render(farm)

        self.assertEqual(images, ["PNG of job-1"])
        self.assertEqual(len(farm.requests), 1)

    def test_asks_for_the_image_again_if_it_arrives_damaged(self):
        with FakeFarm() as farm:
            farm.script.append(("/image", lambda call: farm.send(call, 200, "image/png", b"PNG of")))
            self.assertEqual(self.render(farm)[0], ["PNG of job-1"])

    def test_an_interruption_cancels_all_jobs(self):
        with FakeFarm() as farm, self.endless_job(farm):
            threading.Timer(0.5, comfy.model_management.interrupt_current_processing).start()
            began = time.monotonic()
            with self.assertRaises(comfy.model_management.InterruptProcessingException):
                self.render(farm, batch_size=2)

        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(sorted(farm.cancelled), ["job-1", "job-2"])
        self.assertEqual(rendering._KEYS, {})

    def test_an_interruption_cancels_a_job_that_is_just_being_submitted(self):
        is_cancelled = threading.Event()

        def slow(call):
            is_cancelled.wait(5)
            farm.json(call, 201, farm.view("job-1", "queued"))

        with FakeFarm() as farm:
            farm.script.append(("/v1/jobs", slow))
            threading.Timer(0.3, comfy.model_management.interrupt_current_processing).start()
            with self.assertRaises(comfy.model_management.InterruptProcessingException):
                self.render(farm)
            is_cancelled.set()
            for _ in range(100):
                if farm.cancelled:
                    break
                time.sleep(0.05)

        self.assertEqual(farm.cancelled, ["job-1"])

    @contextlib.contextmanager
    def endless_job(self, farm):
        over = threading.Event()

        def endless(call):
            farm.events(call, [farm.view("job-1", "running", 0.1)], breaks=not over.wait(10))

        farm.script.append(("/events", endless))
        try:
            yield
        finally:
            over.set()

    def test_a_failure_is_one_sentence_and_stops_the_rest_of_the_batch(self):
        with FakeFarm() as farm:
            failed = [farm.view("job-1", "failed", reason="the model has no window of 9")]
            farm.script.append(("/events", lambda call: farm.events(call, failed)))
            with self.assertRaisesRegex(errors.FarmError, "^job job-1 failed: the model has no window of 9$"):
                self.render(farm, batch_size=2)

        self.assertIn("job-2", farm.cancelled)

    def test_a_job_that_somebody_cancelled_says_so(self):
        with FakeFarm() as farm:
            farm.script.append(("/events", lambda call: farm.events(call, [farm.view("job-1", "cancelled")])))
            with self.assertRaisesRegex(errors.FarmError, "job-1 was cancelled on the farm"):
                self.render(farm)

    def test_a_refusal_is_the_coordinators_sentence(self):
        with FakeFarm() as farm:
            farm.script.append(("/v1/jobs", lambda call: farm.problem(call, 422, "stride 96 must be between 1 and 64")))
            with self.assertRaisesRegex(errors.FarmError, "^stride 96 must be between 1 and 64$"):
                self.render(farm)

    def test_a_missing_token_names_the_file_and_the_variables(self):
        with FakeFarm() as farm:
            farm.token = "secret"
            with self.assertRaisesRegex(errors.FarmError, "requires a token: put its token into .*127.0.0.1.token, or"):
                self.render(farm)

    def test_does_not_follow_redirections_with_its_token(self):
        with FakeFarm() as farm:
            headers = [("Location", "https://other.example.org")]
            farm.script.append(("/v1/jobs", lambda call: farm.send(call, 302, "text/plain", b"", headers)))
            with self.assertRaisesRegex(errors.FarmError, "redirects to https://other.example.org: give that address"):
                self.render(farm)

    def test_a_server_of_another_kind_is_named_so(self):
        with FakeFarm() as farm:
            farm.script.append(("/v1/jobs", lambda call: farm.send(call, 200, "text/html", b"<html>")))
            with self.assertRaisesRegex(errors.FarmError, "is not a demofusion coordinator"):
                self.render(farm)

    def test_a_host_that_there_is_not_is_named_at_once(self):
        (coordinator,) = nodes.DemoFusionCoordinator().connect("http://nowhere.invalid:1", patience=1)
        with self.assertRaisesRegex(errors.FarmError, "nowhere.invalid cannot be resolved|does not answer"):
            nodes.DemoFusionRender().render(coordinator, prompt="a fox", width=8, height=8, seed=7)

    def test_nobody_who_answers_is_waited_for_as_long_as_patience_lasts(self):
        (coordinator,) = nodes.DemoFusionCoordinator().connect("http://127.0.0.1:1", patience=1)
        with self.assertRaisesRegex(errors.FarmError, r"at http://127.0.0.1:1 does not answer \(connection refused\)"):
            nodes.DemoFusionRender().render(coordinator, prompt="a fox", width=8, height=8, seed=7)
