import os
import unittest
from pathlib import Path
from unittest import mock

import loading

access = loading.part("access")
errors = loading.part("errors")

import folder_paths  # noqa: E402, the stand-in

OURS = {"DEMOFUSION_COORDINATOR": "https://a.lan:7980", "DEMOFUSION_TOKEN": "secret"}


def token_for(address, environment):
    with mock.patch.dict(os.environ, environment, clear=True):
        return access.Access(address)._token()


class AccessTest(unittest.TestCase):
    def file(self, name, text):
        folder = Path(folder_paths.get_user_directory(), "__demofusion")
        folder.mkdir(exist_ok=True)
        file = folder / name
        file.write_text(text)
        self.addCleanup(file.unlink)
        return file

    def test_addresses_as_people_type_them(self):
        self.assertEqual(access.parse(" http://127.0.0.1:7980/ "), "http://127.0.0.1:7980")
        self.assertEqual(access.parse("https://farm.example.org/demofusion/"), "https://farm.example.org/demofusion")
        self.assertEqual(access.parse("HTTP://[::1]:80"), "http://[::1]:80")

    def test_what_is_no_address_is_refused_in_a_sentence(self):
        for text in ("127.0.0.1:7980", "ftp://a.lan", "http://", "http://ann:pw@a.lan", "http://a.lan:x", "http://a b"):
            with self.assertRaisesRegex(errors.FarmError, "must be like http://127.0.0.1:7980"):
                access.parse(text)

    def test_an_empty_address_is_that_of_the_environment(self):
        with mock.patch.dict(os.environ, OURS, clear=True):
            self.assertEqual(access.Access("").url, "https://a.lan:7980")
        with mock.patch.dict(os.environ, {}, clear=True):
            self.assertEqual(access.Access("").url, "http://127.0.0.1:7980")

    def test_the_environments_token_goes_to_the_environments_coordinator_alone(self):
        self.assertEqual(token_for("", OURS), "secret")
        self.assertEqual(token_for("https://A.lan:7980/", OURS), "secret")
        for other in ("https://evil.example.org", "http://a.lan:7980", "https://a.lan:7981"):
            self.assertIsNone(token_for(other, OURS), other)

    def test_a_tokens_file_is_for_its_host_alone(self):
        self.file("b.lan.token", "theirs\n")

        self.assertEqual(token_for("https://b.lan:7980", OURS), "theirs")
        self.assertIsNone(token_for("https://c.lan:7980", OURS))

    def test_the_token_is_read_when_it_is_used(self):
        file = self.file("d.lan.token", "old")
        node_output = access.Access("https://d.lan")
        file.write_text("new")

        self.assertEqual(node_output._token(), "new")

    def test_what_is_no_token_is_not_sent(self):
        self.file("e.lan.token", "two\nlines")
        with self.assertRaisesRegex(errors.FarmError, "e.lan.token contains no token"):
            token_for("https://e.lan", {})

    def test_a_tokens_file_is_not_sent_unencrypted_to_an_address_of_a_workflow(self):
        self.file("i.lan.token", "theirs")
        with mock.patch.dict(os.environ, {}, clear=True):
            with self.assertRaisesRegex(errors.FarmError, "the token of i.lan is not sent unencrypted"):
                access.Access("http://i.lan:7980").client()
        with mock.patch.dict(os.environ, {"DEMOFUSION_COORDINATOR": "http://i.lan:7980"}, clear=True):
            self.assertEqual(access.Access("http://i.lan:7980").client().url, "http://i.lan:7980")

    def test_certificates_come_from_the_input_the_hosts_file_or_the_environment(self):
        file = self.file("f.lan.crt", "")
        with mock.patch.dict(os.environ, {**OURS, "DEMOFUSION_CA": "env.crt"}, clear=True):
            self.assertEqual(access.Access("https://f.lan", "mine.crt")._authority(), "mine.crt")
            self.assertEqual(access.Access("https://f.lan")._authority(), str(file))
            self.assertEqual(access.Access("")._authority(), "env.crt")
            self.assertEqual(access.Access("https://g.lan")._authority(), "")

    def test_certificates_that_are_none_are_refused_in_a_sentence(self):
        file = self.file("h.lan.crt", "no certificate")
        with self.assertRaisesRegex(errors.FarmError, "contains no PEM certificate"):
            access.Access("https://h.lan", str(file)).client()
        with self.assertRaisesRegex(errors.FarmError, "cannot be read: No such file"):
            access.Access("https://h.lan", "/nowhere.crt").client()
