package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.text.ClipTokenizer;
import java.util.List;

/** Whether the parts of a folder belong together, by their configurations. */
public final class ModelConsistency {
  private ModelConsistency() {}

  /** A tower must know every token, at every place. */
  static void requireWords(PartReader.Described<TextTowerConfig> tower, ClipTokenizer tokenizer) {
    String file = tower.part() + "/config.json";
    if (tokenizer.largestId() >= tower.config().vocabulary()) {
      throw DemofusionException.badModel(
          "%s: vocab_size %s must be above the tokenizer's largest id, %s"
              .formatted(file, tower.config().vocabulary(), tokenizer.largestId()));
    }
    if (tokenizer.maxLength() > tower.config().positions()) {
      throw DemofusionException.badModel(
          ("%s: max_position_embeddings %s must be at least the tokenizer's "
                  + "model_max_length, %s")
              .formatted(file, tower.config().positions(), tokenizer.maxLength()));
    }
  }

  /** The towers' states lie side by side, token by token. */
  static void requireOneLength(List<ModelFamily.TextPart> texts, List<ClipTokenizer> tokenizers) {
    for (int n = 1; n < texts.size(); n++) {
      int first = tokenizers.get(0).maxLength();
      int other = tokenizers.get(n).maxLength();
      if (other != first) {
        throw DemofusionException.badModel(
            ("%s/tokenizer_config.json: model_max_length %s must equal %s's, %s, since the states"
                    + " of both text towers lie side by side: use towers and tokenizers of one"
                    + " length")
                .formatted(texts.get(n).tokenizer(), other, texts.get(0).tokenizer(), first));
      }
    }
  }

  /** The VAE must take what the UNet makes, and whatever else the family demands. */
  static void requireOneModel(Architecture model, ModelFamily family) {
    family.requireOneModel(model);
    requireEqual(
        "unet/config.json: out_channels",
        model.unet().latentChannels(),
        "the latent_channels of vae/config.json",
        model.vae().latentChannels());
  }

  /**
   * @param other what else says the same number
   */
  public static void requireEqual(String key, int value, String other, int wanted) {
    if (value != wanted) {
      throw DemofusionException.badModel(
          key + " " + value + " must equal " + other + ", " + wanted);
    }
  }
}
