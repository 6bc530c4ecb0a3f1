package demofusion.worker.model.folder;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.worker.model.file.ModelFile;
import demofusion.worker.model.file.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One JSON file of a model folder, read key by key. A key that is absent takes diffusers' default;
 * null is diffusers' None, which is no number and no text, and as a flag is false. What is wrong is
 * said in one sentence with the file, the key and the value.
 */
public final class ConfigFile {
  /** Far above every model, far below what could overflow. */
  private static final int LARGEST = 1 << 24;

  private static final JsonMapper JSON = new JsonMapper();

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
    return new ConfigFile(name, ModelFile.object(file, name));
  }

  /** The same by its name within the model. */
  static ConfigFile read(ModelFiles files, String name) {
    if (!files.has(name)) {
      throw DemofusionException.badModel("the model folder has no " + name);
    }
    return of(files.read(name), name);
  }

  /** The same of its content. */
  static ConfigFile of(byte[] content, String name) {
    return new ConfigFile(name, ModelFile.object(content, name));
  }

  String name() {
    return name;
  }

  boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** Whether the key is there and null: diffusers' None where its default is something. */
  boolean isNone(String key) {
    return root.path(key).isNull();
  }

  /** All keys; null where the file says null, which no list may hold. */
  Map<String, @Nullable Object> asMap() {
    root.properties().stream()
        .filter(entry -> entry.getValue().isArray() && hasNull(entry.getValue()))
        .forEach(
            entry -> {
              throw wrong(entry.getKey(), "must not hold null");
            });
    return JSON.convertValue(root, new TypeReference<Map<String, @Nullable Object>>() {});
  }

  private static boolean hasNull(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).anyMatch(JsonNode::isNull);
  }

  int integer(String key, int absent, int least) {
    return root.has(key) ? integer(key, root.get(key), least) : absent;
  }

  /** Python counts with 2.0 as with 2, and so do we. */
  private int integer(String key, JsonNode node, int least) {
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (value != Math.rint(value) || value < least || value > LARGEST) {
      throw wrong(key, "must be a whole number between " + least + " and " + LARGEST);
    }
    return (int) value;
  }

  /** The side of a square, which may be given twice. */
  public int side(String key, int absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode node = root.get(key);
    if (!node.isArray()) {
      return integer(key, node, 1);
    }
    int[] sides = integers(key);
    if (sides.length != 2 || sides[0] != sides[1]) {
      throw wrong(key, "must be one side of a square, or that twice");
    }
    return sides[0];
  }

  double number(String key, double absent) {
    if (!root.has(key)) {
      return absent;
    }
    if (!root.get(key).isNumber() || !Double.isFinite(root.get(key).doubleValue())) {
      throw wrong(key, "must be a finite number");
    }
    return root.get(key).doubleValue();
  }

  boolean flag(String key, boolean absent) {
    if (!root.has(key)) {
      return absent;
    }
    JsonNode node = root.get(key);
    boolean number = node.isNumber() && (node.doubleValue() == 0 || node.doubleValue() == 1);
    if (!node.isBoolean() && !node.isNull() && !number) {
      throw wrong(key, "must be true or false");
    }
    return node.booleanValue() || (number && node.doubleValue() == 1);
  }

  public String text(String key, String absent) {
    if (!root.has(key)) {
      return absent;
    }
    if (!root.get(key).isTextual()) {
      throw wrong(key, "must be a text");
    }
    return root.get(key).textValue();
  }

  /** A text, or empty where there is none. */
  public String textOrNone(String key) {
    return has(key) ? text(key, "") : "";
  }

  /** The name of a class, which a pipeline with code of its own puts behind the code's file. */
  String className(String key) {
    JsonNode pair = root.path(key);
    return pair.isArray() && pair.size() == 2 && pair.get(1).isTextual()
        ? pair.get(1).textValue()
        : text(key, "");
  }

  /** A list of at least one whole number, each at least 1. */
  int[] integers(String key, int... absent) {
    if (!root.has(key)) {
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
    if (root.path(key).isArray()) {
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

  /**
   * One whole number for all blocks, or a list with one for each block, or with a list of one for
   * each layer of the block; as diffusers has the depths of transformers.
   *
   * @param layers of each block
   */
  List<List<Integer>> integerPerLayer(String key, int[] layers, int absent) {
    JsonNode node = root.path(key);
    if (node.isArray() && node.size() != layers.length) {
      throw wrong(key, "must have one entry for each of the " + layers.length + " blocks");
    }
    List<List<Integer>> values = new ArrayList<>();
    for (int n = 0; n < layers.length; n++) {
      JsonNode block = node.isArray() ? node.get(n) : node;
      if (!block.isArray()) {
        int value = block.isMissingNode() ? absent : integer(key, block, 0);
        values.add(Collections.nCopies(layers[n], value));
      } else if (block.size() == layers[n]) {
        values.add(
            StreamSupport.stream(block.spliterator(), false)
                .map(layer -> integer(key, layer, 0))
                .toList());
      } else {
        throw wrong(key, "must have " + layers[n] + " numbers for the layers of block " + n);
      }
    }
    return values;
  }

  /** Whether the key holds lists within its list. */
  boolean isNested(String key) {
    return StreamSupport.stream(root.path(key).spliterator(), false).anyMatch(JsonNode::isArray);
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
    if (!root.has(key)) {
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

  /** As {@link #requireOneOf}, of a key that diffusers reads None as one of those values too. */
  void requireOneOfOrNone(String key, Object... supported) {
    if (has(key)) {
      requireOneOf(key, supported);
    }
  }

  /** Refuses a key that is there and not null; for what diffusers has and we do not. */
  void requireNone(String key) {
    if (has(key)) {
      throw wrong(key, "is not supported, only null is");
    }
  }

  /** Refuses a key that is there with another value than these. */
  void requireOneOf(String key, Object... supported) {
    if (!root.has(key)) {
      return;
    }
    JsonNode node = root.get(key);
    for (Object value : supported) {
      boolean equal =
          value instanceof Number number
              ? node.isNumber() && node.doubleValue() == number.doubleValue()
              : value instanceof Boolean flag
                  ? (node.isBoolean() || node.isNull()) && node.booleanValue() == flag
                  : node.isTextual() && node.textValue().equals(value);
      if (equal) {
        return;
      }
    }
    String list = Arrays.stream(supported).map(String::valueOf).collect(Collectors.joining(" or "));
    throw wrong(key, "is not supported, only " + list + " is");
  }

  public DemofusionException wrong(String key, String problem) {
    JsonNode node = root.get(key);
    String value = node == null ? "absent" : node.toString();
    return DemofusionException.badModel(
        name + ": " + key + " " + Excerpt.of(value, 80) + " " + problem);
  }
}
