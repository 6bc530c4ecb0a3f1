"""Reads dashboards into Grafana's own types and writes them again: what is lost on the way, no Grafana
knows. Words must be among those that their type has, and panels must not lie on each other."""
import enum
import itertools
import json
import sys
import typing

from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

# Of other kinds, misspelled ones among them, the options would not be looked at.
KINDS = {"row", "stat", "table", "text", "timeseries"}
COLUMNS = 24


def lost(ours, grafanas, where=""):
    if isinstance(ours, dict) and isinstance(grafanas, dict):
        for name, value in ours.items():
            if name in grafanas:
                yield from lost(value, grafanas[name], f"{where}/{name}")
            elif value is not None:
                yield f"Grafana knows no {where}/{name}"
    elif isinstance(ours, list) and isinstance(grafanas, list) and len(ours) == len(grafanas):
        for number, (one, other) in enumerate(zip(ours, grafanas)):
            yield from lost(one, other, f"{where}/{number}")
    elif ours != grafanas:
        yield f"{where} is {ours!r} and became {grafanas!r}"


def unknown_words(part, where=""):
    if isinstance(part, (list, tuple)):
        for number, each in enumerate(part):
            yield from unknown_words(each, f"{where}/{number}")
    elif hasattr(part, "__dict__") and not isinstance(part, enum.Enum):
        for name, hint in typing.get_type_hints(type(part)).items():
            value = getattr(part, name, None)
            for kind in typing.get_args(hint) or [hint]:
                if isinstance(kind, type) and issubclass(kind, enum.Enum) and value is not None:
                    if value not in [each.value for each in kind]:
                        yield f"{where}/{name} is {value!r}, and must be one of {[each.value for each in kind]}"
            yield from unknown_words(value, f"{where}/{name}")


def misplaced(panels):
    for panel in panels:
        place = panel["gridPos"]
        if panel["type"] not in KINDS:
            yield f"{panel['title']} is a {panel['type']}"
        if place["x"] < 0 or place["x"] + place["w"] > COLUMNS:
            yield f"{panel['title']} is wider than the page"
    for one, other in itertools.combinations(panels, 2):
        a, b = one["gridPos"], other["gridPos"]
        if (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
                and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]):
            yield f"{one['title']} lies on {other['title']}"


plugins.register_default_plugins()
for file in sys.argv[1:]:
    with open(file, encoding="utf-8") as text:
        dashboard = json.load(text)
    read = Dashboard.from_json(dashboard)
    written = json.loads(JSONEncoder().encode(read))
    for complaint in itertools.chain(
            lost(dashboard, written), unknown_words(read), misplaced(dashboard["panels"])):
        print(f"{file}: {complaint}")
