package demofusion.protocol.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.ImageEncoderShape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of transformers' {@code CLIPVisionModelWithProjection}, checked whole by their
 * header; what else there is in the file, such as a text tower, is left alone. Heads, activation
 * and picture size are not in it: {@link ImageEncoderShape} has them.
 *
 * @param width of its states
 * @param layers of its transformer
 * @param innerWidth of their feed-forwards
 * @param patch side of the squares that become tokens, in pixels
 * @param tokens of a picture, the class among them
 * @param embeddingWidth of what its projection makes of a picture
 */
public record ImageEncoderFile(
    SafetensorsFile file,
    int width,
    int layers,
    int innerWidth,
    int patch,
    int tokens,
    int embeddingWidth) {
  private static final String TITLE = "the image encoder";
  private static final String MODEL = "vision_model.";
  private static final String PATCHES = MODEL + "embeddings.patch_embedding.weight";
  private static final String PLACES = MODEL + "embeddings.position_embedding.weight";
  private static final String PROJECTION = "visual_projection.weight";
  private static final Pattern LAYER =
      Pattern.compile("vision_model\\.encoder\\.layers\\.(\\d{1,3})\\..*");
  private static final int MOST_LAYERS = 128;

  /**
   * @param path of its one file of weights
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no such file
   */
  public static ImageEncoderFile open(Path path) {
    FileKinds.foreign(path)
        .ifPresent(
            kind -> {
              throw FileKinds.refusal(path, kind, "an image encoder");
            });
    SafetensorsFile file = SafetensorsFile.open(path);
    if (!file.names().contains(PATCHES)) {
      FileKind kind = FileKinds.of(file.entries());
      throw kind == FileKind.UNKNOWN
          ? FileKinds.unknown(path, file.entries(), "an image encoder")
          : FileKinds.refusal(path, kind, "an image encoder");
    }
    FileHeader header = new FileHeader(TITLE, file);
    if (!header.has(PROJECTION)) {
      throw header.refusal(
          "has no visual_projection.weight: it must be of class CLIPVisionModelWithProjection");
    }
    int layers = layers(file);
    if (layers < 2 || layers > MOST_LAYERS) {
      throw header.refusal("has %s layers; it must have 2 to %s".formatted(layers, MOST_LAYERS));
    }
    ImageEncoderFile encoder =
        new ImageEncoderFile(
            file,
            header.side(PATCHES, 4, 0),
            layers,
            header.side(MODEL + "encoder.layers.0.mlp.fc1.weight", 2, 0),
            header.side(PATCHES, 4, 3),
            header.side(PLACES, 2, 0),
            header.side(PROJECTION, 2, 0));
    header.require(encoder.tensors());
    return encoder;
  }

  private static int layers(SafetensorsFile file) {
    return 1
        + file.names().stream()
            .map(LAYER::matcher)
            .filter(Matcher::matches)
            .mapToInt(key -> Integer.parseInt(key.group(1)))
            .max()
            .orElse(-1);
  }

  /** What an adapter of a kind reads of it. */
  public int widthFor(AdapterKind kind) {
    return kind.readsEmbedding() ? embeddingWidth : width;
  }

  /**
   * Whether a shape can be its own.
   *
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is another encoder's
   */
  public void require(ImageEncoderShape shape) {
    FileHeader header = new FileHeader(TITLE, file);
    if (width % shape.heads() != 0) {
      throw header.refusal(
          "has states %s wide, which are no whole heads of %s (num_attention_heads of config.json)"
              .formatted(width, shape.heads()));
    }
    int side = shape.imageSize() / patch;
    if (shape.imageSize() % patch != 0 || side * side + 1 != tokens) {
      throw header.refusal(
          "has places for %s tokens, and pictures of %s pixels a side (image_size of config.json)"
                  .formatted(tokens, shape.imageSize())
              + " have others in squares of %s pixels".formatted(patch));
    }
  }

  /** All tensors by transformers' names, each with its shape. */
  public Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    tensors.put(MODEL + "embeddings.class_embedding", new int[] {width});
    tensors.put(PATCHES, new int[] {width, 3, patch, patch});
    tensors.put(PLACES, new int[] {tokens, width});
    norm(tensors, MODEL + "pre_layrnorm"); // so it is spelt
    for (int n = 0; n < layers; n++) {
      String layer = MODEL + "encoder.layers." + n + ".";
      norm(tensors, layer + "layer_norm1");
      for (String part : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
        linear(tensors, layer + "self_attn." + part, width, width);
      }
      norm(tensors, layer + "layer_norm2");
      linear(tensors, layer + "mlp.fc1", width, innerWidth);
      linear(tensors, layer + "mlp.fc2", innerWidth, width);
    }
    norm(tensors, MODEL + "post_layernorm");
    tensors.put(PROJECTION, new int[] {embeddingWidth, width});
    return tensors;
  }

  private static void linear(Map<String, int[]> tensors, String layer, int in, int out) {
    tensors.put(layer + ".weight", new int[] {out, in});
    tensors.put(layer + ".bias", new int[] {out});
  }

  private void norm(Map<String, int[]> tensors, String layer) {
    tensors.put(layer + ".weight", new int[] {width});
    tensors.put(layer + ".bias", new int[] {width});
  }
}
