package demofusion.worker.model.folder;

/**
 * text_encoder/config.json and text_encoder_2/config.json: transformers' CLIPTextModel, without or
 * with its projection.
 *
 * @param projectionWidth of the pooled vector; 0 in a tower without one
 * @param quickGelu the activation x·σ(1.702·x) in place of the exact gelu
 * @param endOfTextId the token whose first place the pooled vector is taken from
 */
public record TextTowerConfig(
    int width,
    int innerWidth,
    int heads,
    int layers,
    int positions,
    int vocabulary,
    double epsilon,
    boolean quickGelu,
    int projectionWidth,
    int endOfTextId) {

  /**
   * Old configurations say 2, which no CLIP vocabulary means: transformers then takes the first
   * place of the highest id instead.
   */
  private static final int LEGACY_END_OF_TEXT = 2;

  static TextTowerConfig read(ConfigFile file, boolean projected) {
    file.requireOneOf("hidden_act", "quick_gelu", "gelu");
    file.requireOneOfOrNone("model_type", "clip_text_model");
    int width = file.integer("hidden_size", 512, 1);
    int heads = file.integer("num_attention_heads", 8, 1);
    if (width % heads != 0) {
      throw file.wrong("num_attention_heads", "must divide hidden_size " + width);
    }
    return new TextTowerConfig(
        width,
        file.integer("intermediate_size", 2048, 1),
        heads,
        file.integer("num_hidden_layers", 12, 1),
        file.integer("max_position_embeddings", 77, 2),
        file.integer("vocab_size", 49408, 1),
        file.number("layer_norm_eps", 1e-5),
        file.text("hidden_act", "quick_gelu").equals("quick_gelu"),
        projected ? file.integer("projection_dim", 512, 1) : 0,
        file.integer("eos_token_id", 49407, 0));
  }

  /** Where the pooled vector is taken from. */
  public int endOfText(int[] ids) {
    int highest = 0;
    for (int place = 0; place < ids.length; place++) {
      if (endOfTextId != LEGACY_END_OF_TEXT && ids[place] == endOfTextId) {
        return place;
      }
      highest = ids[place] > ids[highest] ? place : highest;
    }
    return endOfTextId == LEGACY_END_OF_TEXT ? highest : 0;
  }

  /** Floating-point operations of one prompt; a multiplication and its addition count as two. */
  double flop() {
    double tokens = positions;
    double size = width;
    // four projections, two layers of the perceptron, and the two products of attention
    double weights = 4 * size * size + 2 * size * innerWidth;
    double layer = 2 * weights * tokens + 4 * tokens * tokens * size;
    return layers * layer + 2 * size * projectionWidth;
  }
}
