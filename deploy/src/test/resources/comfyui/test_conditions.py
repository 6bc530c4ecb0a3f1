import types
import unittest
from unittest import mock

import loading

package = loading.load(needs_pictures=False)
conditions = loading.part("conditions")
errors = loading.part("errors")

CONTROL = {
    "name": "tile",
    "weights": "1",
    "start": 0.0,
    "end": 1.0,
    "mode": "plain",
    "resize": "fresh",
    "fit": "none",
    "make": "none",
    "type": "none",
}
ADAPTER = {"name": "ip", "weight": 0.6, "local": -1.0, "start": 0.0, "end": 0.5, "blocks": "style", "fit": "crop"}


class ConditionsTest(unittest.TestCase):
    """What the nodes add to settings; pictures are their own base64 here."""

    def setUp(self):
        pictures = types.SimpleNamespace(sources=lambda images: [] if images is None else images)
        patch = mock.patch.object(conditions, "pictures", pictures)
        patch.start()
        self.addCleanup(patch.stop)

    def control(self, **given):
        (settings,) = conditions.DemoFusionControlNet().add(**{**CONTROL, **given})
        return settings

    def adapter(self, **given):
        (settings,) = conditions.DemoFusionIPAdapter().add(**{**ADAPTER, **given})
        return settings

    def test_a_controlnet_follows_its_picture(self):
        settings = self.control(image=["UE5H"], weights="1, 0.5", make="canny", fit="crop", type="canny", settings={"stride": 8})

        self.assertEqual(settings["stride"], 8)
        self.assertEqual(
            settings["controlnets"],
            [
                {
                    "name": "tile",
                    "weights": [1.0, 0.5],
                    "start": 0.0,
                    "end": 1.0,
                    "mode": "plain",
                    "resize": "fresh",
                    "fit": "crop",
                    "make": "canny",
                    "type": "canny",
                    "image": "UE5H",
                }
            ],
        )

    def test_without_a_picture_it_follows_the_phase_before(self):
        (entry,) = self.control()["controlnets"]

        self.assertEqual(entry["image"], "phase")
        self.assertFalse({"fit", "make", "type"} & set(entry))

    def test_of_type_inpaint_it_follows_what_the_render_node_has(self):
        (entry,) = self.control(type="inpaint")["controlnets"]

        self.assertNotIn("image", entry)
        with self.assertRaisesRegex(errors.FarmError, "disconnect its own"):
            self.control(type="inpaint", image=["UE5H"])

    def test_several_stand_in_a_row(self):
        settings = self.control(name="b", settings=self.control(name="a"))
        settings = self.adapter(images=["UE5H", "R0lG"], settings=settings)

        self.assertEqual([each["name"] for each in settings["controlnets"]], ["a", "b"])
        self.assertEqual(settings["ipAdapters"][0]["images"], ["UE5H", "R0lG"])

    def test_the_settings_before_stay_as_they_were(self):
        first = self.control(name="a")
        self.control(name="b", settings=first)

        self.assertEqual(len(first["controlnets"]), 1)

    def test_is_added_to_what_stands_there_as_text(self):
        settings = self.control(settings={"controlnets": '[{"name": "a", "image": "phase"}]'})

        self.assertEqual([each["name"] for each in settings["controlnets"]], ["a", "tile"])
        for text in ("[", '{"name": "a"}'):
            with self.assertRaisesRegex(errors.FarmError, "controlnets of the settings"):
                self.control(settings={"controlnets": text})

    def test_the_local_weight_is_left_to_the_farm_until_it_is_given(self):
        self.assertNotIn("local", self.adapter(images=["UE5H"])["ipAdapters"][0])
        self.assertEqual(self.adapter(images=["UE5H"], local=0.0)["ipAdapters"][0]["local"], 0.0)

    def test_a_controlnet_follows_one_picture_and_has_weights_that_are_numbers(self):
        with self.assertRaisesRegex(errors.FarmError, "a batch of 2"):
            self.control(image=["one", "two"])
        with self.assertRaisesRegex(errors.FarmError, "one for each phase"):
            self.control(weights="strong")
