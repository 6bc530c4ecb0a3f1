package demofusion.worker.model.folder;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One JSON file of a model folder, read key by key. A key that is absent or null takes diffusers'
 * default; what is wrong is said in one sentence with the file, the key and the value.
 */
public final class ConfigFile {
  /** Far above every model, far below what could overflow. */
  private static final int LARGEST = 1 << 24;

  private static final long LARGEST_FILE_BYTES = 64L << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private final String name;
  private final JsonNode root;

  private ConfigFile(String name, JsonNode root) {
    this.name = name;
    this.root = root;
  }

  /**
   * @param name how sentences call the file: its path within the model folder
   */
  static ConfigFile read(Path file, String name) {
    if (!Files.isRegularFile(file)) {
      throw DemofusionException.badModel("the model folder has no " + name);
    }
    try {
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw DemofusionException.badModel(
            name + " has " + Files.size(file) + " bytes, too many for a configuration");
      }
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (!root.isObject()) {
        throw DemofusionException.badModel(name + " must hold a JSON object");
      }
      return new ConfigFile(name, root);
    } catch (JsonProcessingException e) {
      String problem = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new DemofusionException(
          FailureCode.BAD_MODEL, name + " is not valid JSON: " + problem, e);
    } catch (IOException e) {
      throw new DemofusionException(FailureCode.BAD_MODEL, name + " cannot be read", e);
    }
  }

  String name() {
    return name;
  }

  boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** All keys; null where the file says null. */
  Map<String, @Nullable Object> asMap() {
    return JSON.convertValue(root, new TypeReference<Map<String, @Nullable Object>>() {});
  }

  int integer(String key, int absent, int least) {
    return has(key) ? integer(key, root.get(key), least) : absent;
  }

  private int integer(String key, JsonNode node, int least) {
    if (!node.isIntegralNumber() || node.longValue() < least || node.longValue() > LARGEST) {
      throw wrong(key, "must be a whole number between " + least + " and " + LARGEST);
    }
    return node.intValue();
  }

  double number(String key, double absent) {
    if (!has(key)) {
      return absent;
    }
    if (!root.get(key).isNumber() || !Double.isFinite(root.get(key).doubleValue())) {
      throw wrong(key, "must be a finite number");
    }
    return root.get(key).doubleValue();
  }

  boolean flag(String key, boolean absent) {
    if (!has(key)) {
      return absent;
    }
    if (!root.get(key).isBoolean()) {
      throw wrong(key, "must be true or false");
    }
    return root.get(key).booleanValue();
  }

  public String text(String key, String absent) {
    if (!has(key)) {
      return absent;
    }
    if (!root.get(key).isTextual()) {
      throw wrong(key, "must be a text");
    }
    return root.get(key).textValue();
  }

  /** A list of at least one whole number, each at least 1. */
  int[] integers(String key, int... absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode list = root.get(key);
    if (!list.isArray() || list.isEmpty()) {
      throw wrong(key, "must be a list of whole numbers");
    }
    int[] values = new int[list.size()];
    for (int n = 0; n < values.length; n++) {
      values[n] = integer(key, list.get(n), 1);
    }
    return values;
  }

  /** One whole number for all blocks, or a list with one for each. */
  int[] integerPerBlock(String key, int blocks, int absent) {
    if (has(key) && root.get(key).isArray()) {
      int[] values = integers(key);
      if (values.length != blocks) {
        throw wrong(key, "must have one number for each of the " + blocks + " blocks");
      }
      return values;
    }
    int[] values = new int[blocks];
    Arrays.fill(values, integer(key, absent, 1));
    return values;
  }

  /** A list of numbers, of this length where it is given; empty if absent. */
  float[] numbers(String key, int length) {
    if (!has(key)) {
      return new float[0];
    }
    JsonNode list = root.get(key);
    float[] values = new float[length];
    if (!list.isArray() || list.size() != length) {
      throw wrong(key, "must be a list of " + length + " numbers");
    }
    for (int n = 0; n < length; n++) {
      values[n] = list.get(n).floatValue();
      if (!list.get(n).isNumber() || !Float.isFinite(values[n])) {
        throw wrong(key, "must hold finite numbers");
      }
    }
    return values;
  }

  List<String> texts(String key, List<String> absent) {
    if (!has(key)) {
      return absent;
    }
    List<String> values = new ArrayList<>();
    for (JsonNode node : root.get(key)) {
      if (!node.isTextual()) {
        throw wrong(key, "must be a list of texts");
      }
      values.add(node.textValue());
    }
    if (values.isEmpty()) {
      throw wrong(key, "must be a list of texts");
    }
    return values;
  }

  /** A list of exactly one block type of these for each block. */
  List<String> blockTypes(String key, int blocks, List<String> absent, List<String> known) {
    List<String> types = texts(key, absent);
    if (types.size() != blocks) {
      throw wrong(key, "must have one type for each of the " + blocks + " block_out_channels");
    }
    for (String type : types) {
      if (!known.contains(type)) {
        throw wrong(key, "must hold only " + String.join(" and ", known));
      }
    }
    return types;
  }

  /** An object of texts, as an index of shards has it. */
  Map<String, String> textMap(String key) {
    JsonNode node = root.get(key);
    if (node == null || !node.isObject() || node.isEmpty()) {
      throw DemofusionException.badModel(name + ": " + key + " must be an object of file names");
    }
    return node.properties().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().asText(),
                (a, b) -> b,
                LinkedHashMap::new));
  }

  /** The second of a model_index.json's pair [library, class]; empty where the part is null. */
  String partClass(String part) {
    JsonNode pair = root.get(part);
    return pair != null && pair.isArray() && pair.size() == 2 && pair.get(1).isTextual()
        ? pair.get(1).textValue()
        : "";
  }

  /**
   * Refuses a key that is there with another value than these; for what diffusers has and we do
   * not. Null counts as absent.
   */
  void requireOneOf(String key, Object... supported) {
    if (!has(key)) {
      return;
    }
    JsonNode node = root.get(key);
    for (Object value : supported) {
      boolean equal =
          value instanceof Number number
              ? node.isNumber() && node.doubleValue() == number.doubleValue()
              : value instanceof Boolean flag
                  ? node.isBoolean() && node.booleanValue() == flag
                  : node.isTextual() && node.textValue().equals(value);
      if (equal) {
        return;
      }
    }
    String list = Arrays.stream(supported).map(String::valueOf).collect(Collectors.joining(" or "));
    throw wrong(key, "is not supported, only " + (list.isEmpty() ? "null" : list) + " is");
  }

  public DemofusionException wrong(String key, String problem) {
    JsonNode node = root.get(key);
    String value = node == null ? "absent" : node.toString();
    return DemofusionException.badModel(
        name + ": " + key + " " + Excerpt.of(value, 80) + " " + problem);
  }
}
