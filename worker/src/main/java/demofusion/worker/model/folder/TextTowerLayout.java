package demofusion.worker.model.folder;

import demofusion.worker.model.folder.Layout.Applied;
import java.util.List;

/** The tensors of CLIPTextModel, with {@code text_projection} where the tower has one. */
final class TextTowerLayout {
  private TextTowerLayout() {}

  static Layout of(TextTowerConfig config) {
    Layout.Builder layers = new Layout.Builder();
    int width = config.width();
    String embeddings = "text_model.embeddings.";
    layers.tensor(embeddings + "token_embedding.weight", config.vocabulary(), width);
    layers.tensor(embeddings + "position_embedding.weight", config.positions(), width);
    for (int n = 0; n < config.layers(); n++) {
      String layer = "text_model.encoder.layers." + n;
      layers.norm(layer + ".layer_norm1", width);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        layers.linear(layer + ".self_attn." + projection, width, width);
      }
      layers.norm(layer + ".layer_norm2", width);
      layers.linear(layer + ".mlp.fc1", width, config.innerWidth());
      layers.linear(layer + ".mlp.fc2", config.innerWidth(), width);
    }
    layers.norm("text_model.final_layer_norm", width);
    if (config.projectionWidth() > 0) {
      layers.linearWithoutBias("text_projection", Applied.ONCE, width, config.projectionWidth());
    }
    return layers.build();
  }
}
