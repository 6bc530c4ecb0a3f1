import ast
import json
import unittest

import loading

package = loading.load(needs_pictures=False)
inputs = loading.part("inputs")

EXAMPLES = loading.NODES / "example_workflows"
API = loading.NODES / "api_format"


class NodesTest(unittest.TestCase):
    def test_every_node_is_what_comfyui_expects(self):
        self.assertEqual(set(package.NODE_CLASS_MAPPINGS), set(package.NODE_DISPLAY_NAME_MAPPINGS))
        for node in package.NODE_CLASS_MAPPINGS.values():
            self.assertTrue(callable(getattr(node, node.FUNCTION)))
            self.assertEqual(len(node.RETURN_TYPES), len(node.RETURN_NAMES))
            self.assertIn("required", node.INPUT_TYPES())
            self.assertTrue(node.CATEGORY and node.DESCRIPTION)

    def test_the_same_inputs_give_the_same_image_so_that_comfyui_may_keep_it(self):
        for node in package.NODE_CLASS_MAPPINGS.values():
            self.assertFalse(hasattr(node, "IS_CHANGED"))

    def test_run_with_every_python_that_comfyui_runs_with(self):
        for file in loading.NODES.glob("*.py"):
            ast.parse(file.read_text(encoding="utf-8"), str(file), feature_version=(3, 9))

    def test_no_input_holds_a_token(self):
        for node in package.NODE_CLASS_MAPPINGS.values():
            for group in node.INPUT_TYPES().values():
                self.assertFalse([name for name in group if "token" in name or "password" in name])

    def test_the_seed_is_one_as_comfyui_knows_them(self):
        kind, options = package.NODE_CLASS_MAPPINGS["DemoFusionRender"].INPUT_TYPES()["required"]["seed"]

        self.assertEqual((kind, options["min"], options["max"]), ("INT", 0, 2**64 - 1))
        self.assertTrue(options["control_after_generate"])


class WorkflowsTest(unittest.TestCase):
    """What ComfyUI itself would do to them: in UI format, values are saved by their places."""

    def test_are_valid_in_api_format(self):
        for file in sorted(API.iterdir()):
            graph = json.loads(file.read_text())
            for node in graph.values():
                node_class = package.NODE_CLASS_MAPPINGS.get(node["class_type"])
                if node_class:
                    self.check(node_class.INPUT_TYPES(), node["inputs"], graph)

    def test_show_a_controlnet_and_a_mask_on_the_way_to_an_image(self):
        graph = json.loads((API / "controlnet_and_mask.json").read_text())
        render = next(node for node in graph.values() if node["class_type"] == "DemoFusionRender")["inputs"]
        control = graph[render["settings"][0]]

        self.assertEqual(control["class_type"], "DemoFusionControlNet")
        self.assertEqual(graph[control["inputs"]["image"][0]]["class_type"], "LoadImage")
        self.assertEqual(render["mask"], [render["image"][0], 1])  # as it was painted on that very picture

    def check(self, types, given, graph):
        known = {**types["required"], **types.get("optional", {})}
        self.assertLessEqual(set(types["required"]), set(given))
        self.assertLessEqual(set(given), set(known))
        for name, value in given.items():
            kind, options = (*known[name], {})[:2]
            if isinstance(value, list):
                source = package.NODE_CLASS_MAPPINGS.get(graph[value[0]]["class_type"])
                self.assertTrue(source is None or source.RETURN_TYPES[value[1]] == kind, name)
            elif isinstance(kind, list):
                self.assertIn(value, kind)
            elif kind in ("INT", "FLOAT"):
                self.assertTrue(options["min"] <= value <= options["max"], name)
            else:
                self.assertIsInstance(value, {"STRING": str, "BOOLEAN": bool}[kind], name)

    def test_are_the_same_in_both_formats(self):
        self.assertEqual({each.name for each in EXAMPLES.glob("*.json")}, {each.name for each in API.iterdir()})
        for file in EXAMPLES.glob("*.json"):
            self.assertEqual(self.as_api(json.loads(file.read_text())), json.loads((API / file.name).read_text()))

    def as_api(self, workflow):
        links = {link[0]: [str(link[1]), link[2]] for link in workflow["links"]}
        graph = {}
        for node in workflow["nodes"]:
            values = {each["name"]: links[each["link"]] for each in node["inputs"] if each.get("link") is not None}
            values.update(self.widget_values(node))
            graph[str(node["id"])] = {"class_type": node["type"], "inputs": values, "_meta": {"title": node["title"]}}
        return graph

    @staticmethod
    def widget_values(node):
        names = []
        node_class = package.NODE_CLASS_MAPPINGS.get(node["type"])
        if node_class is None:  # ComfyUI's own: it says itself which inputs have widgets
            names = [each["name"] for each in node["inputs"] if "widget" in each]
            return dict(zip(names, node["widgets_values"]))
        types = node_class.INPUT_TYPES()
        for name, (kind, *options) in {**types["required"], **types.get("optional", {})}.items():
            if isinstance(kind, list) or kind in ("INT", "FLOAT", "STRING", "BOOLEAN"):
                names.append(name)
                if options[0].get("control_after_generate"):
                    names.append(None)
        assert len(names) == len(node["widgets_values"]), node["type"]
        return {name: value for name, value in zip(names, node["widgets_values"]) if name}
