package demofusion.deploy.command.render;

import demofusion.coordinator.library.ModelLibrary;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.control.ControlFile;
import demofusion.worker.model.adapter.ImagePrompts;
import demofusion.worker.model.folder.UnetConfig;

/** Whether a request's ControlNets and IP-Adapters were made for the model, by their headers. */
final class FittingNetworks {
  private FittingNetworks() {}

  /**
   * @param conditions whose networks were looked up
   * @throws DemofusionException BAD_MODEL, in one sentence, before anything is drawn
   */
  static void require(ConditionSettings conditions, ModelLibrary library, UnetConfig unet) {
    for (ControlUse use : conditions.controls()) {
      ControlFile.open(library.path(use.network().hash())).requireFit(unet.shape());
    }
    for (AdapterUse use : conditions.adapters()) {
      ImagePrompts.requireFit(AdapterFile.open(library.path(use.network().hash())), unet);
    }
  }
}
