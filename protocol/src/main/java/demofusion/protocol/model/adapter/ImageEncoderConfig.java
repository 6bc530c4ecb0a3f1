package demofusion.protocol.model.adapter;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.ImageEncoderShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * config.json of an image encoder's folder: of transformers' CLIPVisionConfig what the weights do
 * not say. Absent keys take its defaults; the vision part of a whole CLIP's is taken too.
 */
final class ImageEncoderConfig {
  private static final String HEADER = "image_encoder_config";
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_HEADS = 256;
  private static final int MOST_SIZE = 2048;
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> CLASSES =
      Set.of("CLIPVisionModelWithProjection", "CLIPModel", "CLIPVisionModel");
  private static final Set<String> TYPES = Set.of("clip_vision_model", "clip");

  private final Path path;
  private final JsonNode root;

  private ImageEncoderConfig(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  /**
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no such file
   */
  static ImageEncoderShape read(Path path) {
    JsonNode whole = json(path);
    String type = whole.path("model_type").asText("clip_vision_model");
    String model = whole.path("architectures").path(0).asText("CLIPVisionModelWithProjection");
    if (!CLASSES.contains(model) || !TYPES.contains(type)) {
      throw DemofusionException.badModel(
          "%s is of class %s and model_type %s; an image encoder must be"
                  .formatted(path, printable(model), printable(type))
              + " CLIPVisionModelWithProjection");
    }
    JsonNode vision = whole.path("vision_config");
    return new ImageEncoderConfig(path, vision.isObject() ? vision : whole).shape();
  }

  private static JsonNode json(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      JsonNode whole = JSON.readTree(in.readNBytes(MOST_BYTES));
      if (!whole.isObject()) {
        throw DemofusionException.badModel(path + " is no JSON object");
      }
      return whole;
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, path + " cannot be read as JSON: " + SafeFile.reason(e), e);
    }
  }

  /**
   * What a file's own header says, as {@link #header} writes it; empty: nothing.
   *
   * @throws DemofusionException BAD_MODEL, in one sentence, if it cannot be read
   */
  static Optional<ImageEncoderShape> ofHeader(SafetensorsFile file) {
    String text = file.metadata().get(HEADER);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ImageEncoderConfig(file.path(), JSON.readTree(text)).shape());
    } catch (JacksonException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, file.path() + " has no JSON as its header's " + HEADER, e);
    }
  }

  /** What a header says of a file that is written here: the shape, in config.json's own words. */
  static Map<String, String> header(ImageEncoderShape shape) {
    return Map.of(
        HEADER,
        JSON.createObjectNode()
            .put("hidden_act", shape.quickGelu() ? "quick_gelu" : "gelu")
            .put("image_size", shape.imageSize())
            .put("layer_norm_eps", shape.epsilon())
            .put("num_attention_heads", shape.heads())
            .toString());
  }

  private ImageEncoderShape shape() {
    return new ImageEncoderShape(
        integer("num_attention_heads", 12, MOST_HEADS),
        integer("image_size", 224, MOST_SIZE),
        isQuickGelu(),
        epsilon());
  }

  private boolean isQuickGelu() {
    JsonNode node = root.path("hidden_act");
    String activation = node.isMissingNode() ? "quick_gelu" : node.asText();
    if (!activation.equals("gelu") && !activation.equals("quick_gelu")) {
      throw wrong("hidden_act", "must be gelu or quick_gelu");
    }
    return activation.equals("quick_gelu");
  }

  private int integer(String key, int absent, int most) {
    JsonNode node = root.path(key);
    if (node.isMissingNode()) {
      return absent;
    }
    if (!node.isInt() || node.intValue() < 1 || node.intValue() > most) {
      throw wrong(key, "must be a whole number from 1 to " + most);
    }
    return node.intValue();
  }

  private double epsilon() {
    JsonNode node = root.path("layer_norm_eps");
    double value = node.isMissingNode() ? 1e-5 : node.isNumber() ? node.doubleValue() : -1;
    if (!(value > 0 && value < 1)) {
      throw wrong("layer_norm_eps", "must be above 0 and below 1");
    }
    return value;
  }

  private DemofusionException wrong(String key, String problem) {
    return DemofusionException.badModel(
        "%s: %s %s %s".formatted(path, key, printable(root.path(key).toString()), problem));
  }

  private static String printable(String text) {
    return Excerpt.printable(text, 80);
  }

  /** That of published encoders, which their weights alone tell: H, bigG and OpenAI's L. */
  static Optional<ImageEncoderShape> wellKnown(ImageEncoderFile encoder) {
    boolean isH = encoder.width() == 1280 && encoder.layers() == 32;
    boolean isBigG = encoder.width() == 1664 && encoder.layers() == 48;
    boolean isLarge = encoder.width() == 1024 && encoder.layers() == 24;
    if (encoder.patch() != 14 || encoder.tokens() != 257 || !(isH || isBigG || isLarge)) {
      return Optional.empty();
    }
    return Optional.of(new ImageEncoderShape(16, 224, isLarge, 1e-5));
  }
}
