"""ComfyUI nodes that generate images on a demofusion farm. Read nodes.py first."""

from .conditions import DemoFusionControlNet, DemoFusionIPAdapter
from .nodes import DemoFusionCoordinator, DemoFusionRender, DemoFusionSettings

NODE_CLASS_MAPPINGS = {
    "DemoFusionCoordinator": DemoFusionCoordinator,
    "DemoFusionSettings": DemoFusionSettings,
    "DemoFusionRender": DemoFusionRender,
    "DemoFusionControlNet": DemoFusionControlNet,
    "DemoFusionIPAdapter": DemoFusionIPAdapter,
}

NODE_DISPLAY_NAME_MAPPINGS = {
    "DemoFusionCoordinator": "DemoFusion Coordinator",
    "DemoFusionSettings": "DemoFusion Settings",
    "DemoFusionRender": "DemoFusion Render",
    "DemoFusionControlNet": "DemoFusion ControlNet",
    "DemoFusionIPAdapter": "DemoFusion IP-Adapter",
}

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
