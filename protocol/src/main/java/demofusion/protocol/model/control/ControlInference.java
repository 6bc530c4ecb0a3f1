package demofusion.protocol.model.control;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.control.ControlShape.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a ControlNet's shape off the shapes of its tensors. */
final class ControlInference {
  private static final Pattern NUMBER = Pattern.compile("(\\d{1,3})[._].*");

  // twice what the largest have, or more
  private static final int MOST_LEVELS = 8;
  private static final int MOST_LAYERS = 16;
  private static final int MOST_TRANSFORMERS = 64;
  private static final int MOST_HINTS = 16;
  private static final long MOST_WIDTH = 1 << 16;

  private final String title;
  private final NavigableMap<String, long[]> shapes = new TreeMap<>();

  /**
   * @param title of the file, for sentences
   * @param shapes by diffusers' names
   */
  ControlInference(String title, Map<String, long[]> shapes) {
    this.title = title;
    this.shapes.putAll(shapes);
  }

  ControlShape shape() {
    long colours = side(ControlNames.HINT + "conv_in.weight", 1);
    if (colours != 3) {
      throw refusal("reads pictures of %s channels; only 3 are supported".formatted(colours));
    }
    List<Level> levels = levels();
    int contextWidth = contextWidth(levels);
    boolean isUnion = shapes.containsKey(ControlNames.TASKS);
    return new ControlShape(
        side("conv_in.weight", 1),
        levels,
        depths("mid_block", Math.max(1, count("mid_block.resnets.", MOST_LAYERS))),
        side("time_embedding.linear_1.weight", 0),
        contextWidth,
        shapes.containsKey("add_embedding.linear_1.weight")
            ? side("add_embedding.linear_1.weight", 1)
            : 0,
        shapes.entrySet().stream()
            .anyMatch(
                entry ->
                    entry.getKey().endsWith(".proj_in.weight") && entry.getValue().length == 2),
        hintWidths(),
        isUnion ? side(ControlNames.TASKS, 0) : 0,
        isUnion ? side("control_add_embedding.linear_1.weight", 1) : 0);
  }

  private List<Level> levels() {
    List<Level> levels = new ArrayList<>();
    int count = Math.max(1, count("down_blocks.", MOST_LEVELS));
    for (int n = 0; n < count; n++) {
      String block = "down_blocks." + n;
      int layers = Math.max(1, count(block + ".resnets.", MOST_LAYERS));
      levels.add(new Level(side(block + ".resnets.0.conv1.weight", 0), depths(block, layers)));
    }
    return levels;
  }

  private List<Integer> depths(String block, int layers) {
    List<Integer> depths = new ArrayList<>();
    for (int j = 0; j < layers; j++) {
      depths.add(count(block + ".attentions." + j + ".transformer_blocks.", MOST_TRANSFORMERS));
    }
    return depths;
  }

  /** The keys of cross-attention read the text's states. */
  private int contextWidth(List<Level> levels) {
    List<String> blocks = new ArrayList<>(List.of("mid_block"));
    for (int n = 0; n < levels.size(); n++) {
      blocks.add("down_blocks." + n);
    }
    for (String block : blocks) {
      String keys = block + ".attentions.0.transformer_blocks.0.attn2.to_k.weight";
      if (shapes.containsKey(keys)) {
        return side(keys, 1);
      }
    }
    return 0;
  }

  private List<Integer> hintWidths() {
    List<Integer> widths = new ArrayList<>(List.of(side(ControlNames.HINT + "conv_in.weight", 0)));
    int blocks = count(ControlNames.HINT + "blocks.", MOST_HINTS);
    for (int n = 1; n < blocks; n += 2) {
      widths.add(side(ControlNames.HINT + "blocks." + n + ".weight", 0));
    }
    return widths;
  }

  /** How many there are of something that is numbered. */
  private int count(String beginning, int most) {
    int count =
        1
            + shapes.tailMap(beginning).keySet().stream()
                .takeWhile(name -> name.startsWith(beginning))
                .map(name -> NUMBER.matcher(name.substring(beginning.length())))
                .filter(Matcher::matches)
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(-1);
    if (count > most) {
      throw refusal("has %s of %s; at most %s are known".formatted(count, beginning, most));
    }
    return count;
  }

  private int side(String name, int axis) {
    long[] shape = shapes.get(name);
    if (shape == null) {
      throw refusal("has no tensor " + name + " (as diffusers names it)");
    }
    long side = axis < shape.length ? shape[axis] : 0;
    if (side < 1 || side > MOST_WIDTH) {
      throw refusal(
          "has %s with %s along side %s, which must be between 1 and %s"
              .formatted(name, side, axis + 1, MOST_WIDTH));
    }
    return (int) side;
  }

  private DemofusionException refusal(String what) {
    return DemofusionException.badModel("the ControlNet " + title + " " + what);
  }
}
