import unittest

import loading

inputs = loading.part("inputs")
errors = loading.part("errors")


class InputsTest(unittest.TestCase):
    def test_every_field_of_the_table_is_an_input_of_one_node(self):
        placed = inputs.PROMPTS + inputs.SAMPLING + inputs.START + inputs.COMPOSED + inputs.SETTINGS

        self.assertEqual(sorted(placed), sorted(inputs.FIELDS))

    def test_names_are_those_of_python(self):
        names = [inputs.input_name(each) for each in ("cosineScale1", "prompt2", "negativePrompt2", "viewBatch")]

        self.assertEqual(names, ["cosine_scale_1", "prompt_2", "negative_prompt_2", "view_batch"])

    def test_what_is_not_touched_is_the_standard_or_left_to_the_farm(self):
        widgets = inputs.widgets(inputs.SETTINGS)
        untouched = {name: options["default"] for name, (_, options) in widgets.items()}

        request = inputs.values(inputs.SETTINGS, untouched)

        standards = {n: f["standard"] for n, f in inputs.FIELDS.items() if n in inputs.SETTINGS and "standard" in f}
        self.assertEqual(request, standards)

    def test_widgets_keep_to_the_bounds_of_the_table(self):
        for name in inputs.PROMPTS + inputs.SAMPLING + inputs.START + inputs.SETTINGS:
            kind, options = inputs.widgets([name])[inputs.input_name(name)]
            field = inputs.FIELDS[name]
            self.assertTrue(options["tooltip"])
            if kind in ("INT", "FLOAT"):
                self.assertLessEqual(options["min"], options["default"], name)
                self.assertLessEqual(options["default"], options["max"], name)
                self.assertTrue(options["max"] == field["maximum"] or name == "seed", name)
                is_left = "standard" not in field and name != "strength"
                least = -1 if is_left and (kind == "FLOAT" or field["minimum"] == 0) else 0
                self.assertIn(options["min"], (field["minimum"], least), name)
            if isinstance(kind, list):
                self.assertIn(options["default"], kind)
                self.assertEqual([each for each in kind if each != "default"], field["choices"])

    def test_values_that_are_given_are_sent_as_they_are(self):
        given = {"stride": 48, "scheduler": "ddim", "threads": 3, "crop": "0,64", "sigma": 0.8, "jitter": False}

        request = inputs.values(("stride", "scheduler", "threads", "crop", "sigma", "jitter"), given)

        self.assertEqual(request, given)

    def test_what_the_farm_shall_choose_is_left_out(self):
        given = {"stride": 0, "scheduler": "default", "threads": 0, "crop": " ", "view_batch": "", "model": ""}

        self.assertEqual(inputs.values(("stride", "scheduler", "threads", "crop", "viewBatch", "model"), given), {})

    def test_a_number_without_a_standard_is_left_out_until_it_is_given(self):
        names = ("guidanceHigh", "structureCutoff", "injection", "eta")
        untouched = {name: options["default"] for name, (_, options) in inputs.widgets(names).items()}

        self.assertEqual(inputs.values(names, untouched), {})
        self.assertEqual(inputs.values(names, dict(untouched, eta=0.0)), {"eta": 0.0})

    def test_zero_is_sent_where_it_is_a_value(self):
        request = inputs.values(("guidanceScale", "priority"), {"guidance_scale": 0.0, "priority": 0})

        self.assertEqual(request, {"guidanceScale": 0.0, "priority": 0})

    def test_an_empty_negative_prompt_is_none_and_a_space_is_an_empty_one(self):
        self.assertEqual(inputs.values(("negativePrompt",), {"negative_prompt": ""}), {})
        self.assertEqual(inputs.values(("negativePrompt",), {"negative_prompt": " "}), {"negativePrompt": " "})

    def test_an_empty_prompt_is_a_prompt(self):
        self.assertEqual(inputs.values(("prompt",), {"prompt": ""}), {"prompt": ""})

    def test_size_is_both_sides_or_none(self):
        self.assertEqual(inputs.size(2048, 1024), {"size": "2048x1024"})
        self.assertEqual(inputs.size(0, 0), {})
        with self.assertRaisesRegex(errors.FarmError, "width 512 and height 0"):
            inputs.size(512, 0)

    def test_a_batch_has_consecutive_seeds(self):
        requests = inputs.batch({"prompt": "a fox"}, 7, 3, [])

        self.assertEqual([each["seed"] for each in requests], [7, 8, 9])

    def test_seeds_beyond_those_of_the_farm_come_around(self):
        most = inputs.FIELDS["seed"]["maximum"]

        requests = inputs.batch({}, 2**64 - 1, 2, [])

        self.assertEqual([each["seed"] for each in requests], [(2**64 - 1) % (most + 1), 2**64 % (most + 1)])
        self.assertEqual(inputs.batch({}, most, 1, [])[0]["seed"], most)

    def test_every_connected_image_is_a_job(self):
        requests = inputs.batch({"strength": 0.5}, 7, 2, ["one", "two"])

        self.assertEqual([each["image"] for each in requests], ["one", "one", "two", "two"])
        self.assertEqual([each["seed"] for each in requests], [7, 8, 9, 10])
        self.assertEqual({each["strength"] for each in requests}, {0.5})

    def test_strength_means_nothing_without_an_image(self):
        self.assertNotIn("strength", inputs.batch({"strength": 0.5}, 7, 1, [])[0])
