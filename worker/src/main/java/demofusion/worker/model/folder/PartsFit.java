package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.text.ClipTokenizer;

/** Whether the parts of a folder belong together, by their configurations. */
final class PartsFit {
  private PartsFit() {}

  /** A tower must know every token, at every place. */
  static void requireWords(PartReader.Described<TextTowerConfig> tower, ClipTokenizer tokenizer) {
    String file = tower.part() + "/config.json";
    if (tokenizer.largestId() >= tower.config().vocabulary()) {
      throw DemofusionException.badModel(
          file
              + ": vocab_size "
              + tower.config().vocabulary()
              + " must be above the tokenizer's largest id, "
              + tokenizer.largestId());
    }
    if (tokenizer.maxLength() > tower.config().positions()) {
      throw DemofusionException.badModel(
          file
              + ": max_position_embeddings "
              + tower.config().positions()
              + " must be at least the tokenizer's model_max_length, "
              + tokenizer.maxLength());
    }
  }

  /** The UNet must take what the towers say, and the VAE what the UNet makes. */
  static void requireOneModel(
      TextTowerConfig first, TextTowerConfig second, UnetConfig unet, VaeConfig vae) {
    requireEqual(
        "unet/config.json: cross_attention_dim",
        unet.contextWidth(),
        "the sum of both towers' hidden_size",
        first.width() + second.width());
    requireEqual(
        "unet/config.json: projection_class_embeddings_input_dim",
        unet.addedWidth(),
        "text_encoder_2's projection_dim plus 6 times addition_time_embed_dim",
        second.projectionWidth() + UnetConfig.TIME_IDS * unet.timeIdsWidth());
    requireEqual(
        "unet/config.json: in_channels",
        unet.latentChannels(),
        "the latent_channels of vae/config.json",
        vae.latentChannels());
  }

  private static void requireEqual(String key, int value, String other, int wanted) {
    if (value != wanted) {
      throw DemofusionException.badModel(
          key + " " + value + " must equal " + other + ", " + wanted);
    }
  }
}
