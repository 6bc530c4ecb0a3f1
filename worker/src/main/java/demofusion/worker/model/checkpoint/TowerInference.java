package demofusion.worker.model.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.worker.model.text.ClipVocabulary;

/** A text tower's config.json as the shapes of its tensors say it (models.md). */
final class TowerInference {
  private static final int HEAD_WIDTH = 64;
  private static final int SD2_WIDTH = 1024;

  /** Blocks of SD 2's tower that are run: it was trained on the last but one of 24. */
  private static final int SD2_LAYERS = 23;

  /** Twice what the largest has. */
  private static final int MOST_LAYERS = 64;

  private static final String EMBEDDING = "text_model.embeddings.token_embedding.weight";
  private static final String LAYERS = "text_model.encoder.layers.";

  private TowerInference() {}

  /** CLIP-L, of SD 1 and SDXL. */
  static ObjectNode clip(PartShapes tower) {
    return config(tower, "CLIPTextModel", "quick_gelu", layers(tower));
  }

  /** OpenCLIP-H, of SD 2. */
  static ObjectNode openClipOfSd2(PartShapes tower) {
    int layers = layers(tower);
    boolean isCut = layers == SD2_LAYERS && tower.side(EMBEDDING, 1) == SD2_WIDTH;
    return config(tower, "CLIPTextModel", "gelu", isCut ? layers : Math.max(1, layers - 1));
  }

  /** OpenCLIP-G, of SDXL. */
  static ObjectNode openClipOfSdxl(PartShapes tower) {
    return config(tower, "CLIPTextModelWithProjection", "gelu", layers(tower))
        .put("projection_dim", tower.side("text_projection.weight", 0));
  }

  private static int layers(PartShapes tower) {
    return tower.count(LAYERS, "layers", MOST_LAYERS);
  }

  private static ObjectNode config(
      PartShapes tower, String className, String activation, int layers) {
    int width = tower.side(EMBEDDING, 1);
    int words = tower.side(EMBEDDING, 0);
    if (words != ClipVocabulary.SIZE) {
      throw DemofusionException.badModel(
          ("%s has a text tower of %s words, not the %s of CLIP's tokenizer, which ships with the"
                  + " program: pass a diffusers folder with its tokenizer as --model-config")
              .formatted(tower.title(), words, ClipVocabulary.SIZE));
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("architectures").add(className);
    return config
        .put("bos_token_id", 0)
        .put("eos_token_id", 2) // as in all of these folders: the place of the highest id
        .put("hidden_act", activation)
        .put("hidden_size", width)
        .put("intermediate_size", tower.side(LAYERS + "0.mlp.fc1.weight", 0))
        .put("layer_norm_eps", 1e-5)
        .put(
            "max_position_embeddings",
            tower.side("text_model.embeddings.position_embedding.weight", 0))
        .put("model_type", "clip_text_model")
        .put("num_attention_heads", Math.max(1, width / HEAD_WIDTH))
        .put("num_hidden_layers", layers)
        .put("pad_token_id", 1)
        .put("vocab_size", words);
  }
}
