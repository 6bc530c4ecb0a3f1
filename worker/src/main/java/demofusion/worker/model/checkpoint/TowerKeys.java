package demofusion.worker.model.checkpoint;

import demofusion.worker.model.tensor.TensorView;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text tower's tensors as OpenCLIP names them (models.md): queries, keys and values lie in one
 * tensor, thirds of which are what a folder has; the projection is turned.
 */
final class TowerKeys {
  private static final Pattern LAYER =
      Pattern.compile("transformer\\.resblocks\\.(\\d{1,4})\\.(.+)");
  private static final String INSIDE_FOLDERS_NAMES = "transformer.text_";

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "token_embedding.weight", "text_model.embeddings.token_embedding.weight",
          "positional_embedding", "text_model.embeddings.position_embedding.weight",
          "ln_final.weight", "text_model.final_layer_norm.weight",
          "ln_final.bias", "text_model.final_layer_norm.bias");

  private static final Map<String, String> IN_LAYER =
      Map.of(
          "attn.out_proj.", "self_attn.out_proj.",
          "ln_1.", "layer_norm1.",
          "ln_2.", "layer_norm2.",
          "mlp.c_fc.", "mlp.fc1.",
          "mlp.c_proj.", "mlp.fc2.");

  private TowerKeys() {}

  /**
   * What one tensor of a file is in a folder: nothing, one tensor or three.
   *
   * @param key without the tower's prefix
   */
  static Map<String, TensorView> toFolder(String key, TensorView tensor) {
    if (key.startsWith(INSIDE_FOLDERS_NAMES)) {
      return Map.of(key.substring("transformer.".length()), tensor);
    }
    Matcher layer = LAYER.matcher(key);
    if (layer.matches()) {
      return inLayer("text_model.encoder.layers." + layer.group(1) + ".", layer.group(2), tensor);
    }
    if (key.equals("text_projection") && tensor.shape().length == 2) {
      return Map.of("text_projection.weight", tensor.transposed());
    }
    String name = OUTSIDE.get(key);
    return name == null ? Map.of() : Map.of(name, tensor);
  }

  private static Map<String, TensorView> inLayer(String layer, String rest, TensorView tensor) {
    for (String kind : List.of("weight", "bias")) {
      boolean isWhole = tensor.shape().length > 0 && tensor.shape()[0] % 3 == 0;
      if (rest.equals("attn.in_proj_" + kind) && isWhole) {
        return Map.of(
            layer + "self_attn.q_proj." + kind, tensor.part(0, 3),
            layer + "self_attn.k_proj." + kind, tensor.part(1, 3),
            layer + "self_attn.v_proj." + kind, tensor.part(2, 3));
      }
    }
    return IN_LAYER.entrySet().stream()
        .filter(name -> rest.startsWith(name.getKey()))
        .findFirst()
        .map(
            name ->
                Map.of(layer + name.getValue() + rest.substring(name.getKey().length()), tensor))
        .orElse(Map.of());
  }
}
