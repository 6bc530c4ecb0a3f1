package demofusion.worker.model.lora;

import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.Weights;

/**
 * A module of the model that a LoRA changes.
 *
 * @param network {@link #UNET}, or the number of a text tower, counted from 1
 * @param module as the model's folder calls it, without ".weight"
 */
record LoraTarget(int network, String module) {
  static final int UNET = 0;

  boolean isUnet() {
    return network == UNET;
  }

  /** Of the network that the module belongs to. */
  Weights weights(ModelFolder model) {
    return isUnet() ? model.unet().weights() : model.towers().get(network - 1).weights();
  }

  String weight() {
    return module + ".weight";
  }

  String bias() {
    return module + ".bias";
  }

  /** As PEFT and people name it. */
  String prefix() {
    return switch (network) {
      case UNET -> "unet";
      case 1 -> "text_encoder";
      default -> "text_encoder_" + network;
    };
  }

  @Override
  public String toString() {
    return prefix() + "." + module;
  }
}
