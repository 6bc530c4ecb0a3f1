package demofusion.worker.model.folder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How many transformer layers follow each resnet of a UNet: one number for all, one for each block,
 * or, in distilled models such as SSD-1B, one for each resnet of each block.
 */
final class UnetDepths {
  private static final String DOWN = "transformer_layers_per_block";
  private static final String UP = "reverse_transformer_layers_per_block";
  private static final String MIDDLE = "mid_block_type";

  private final ConfigFile file;
  private final List<List<Integer>> down;
  private final List<List<Integer>> up;

  private UnetDepths(ConfigFile file, List<List<Integer>> down, List<List<Integer>> up) {
    this.file = file;
    this.down = down;
    this.up = up;
  }

  /**
   * @param layers resnets of each block on the way down; on the way up there is one more
   */
  static UnetDepths read(ConfigFile file, int[] layers) {
    List<List<Integer>> down = file.integerPerLayer(DOWN, layers, 1);
    int[] upwards = new int[layers.length];
    Arrays.setAll(upwards, n -> layers[layers.length - 1 - n] + 1);
    if (file.has(UP)) {
      return new UnetDepths(file, down, file.integerPerLayer(UP, upwards, 1));
    }
    if (file.isNested(DOWN)) {
      throw file.wrong(UP, "must be given where " + DOWN + " has lists within its list");
    }
    List<List<Integer>> up = new ArrayList<>();
    for (int n = 0; n < upwards.length; n++) {
      up.add(Collections.nCopies(upwards[n], down.get(layers.length - 1 - n).get(0)));
    }
    return new UnetDepths(file, down, up);
  }

  List<Integer> down(int block, boolean attends) {
    return attends ? attending(DOWN, down.get(block)) : none(down.get(block).size());
  }

  List<Integer> up(int block, boolean attends) {
    String key = file.has(UP) ? UP : DOWN;
    return attends ? attending(key, up.get(block)) : none(up.get(block).size());
  }

  /** Null is diffusers' way to say that there is no middle. */
  List<Integer> middle() {
    if (file.isNone(MIDDLE)) {
      return List.of();
    }
    String type = file.text(MIDDLE, "UNetMidBlock2DCrossAttn");
    return switch (type) {
      case "UNetMidBlock2D" -> none(1);
      case "UNetMidBlock2DCrossAttn" ->
          List.of(attending(DOWN, down.get(down.size() - 1)).get(0), 0);
      default ->
          throw file.wrong(
              MIDDLE,
              "is not supported, only UNetMidBlock2DCrossAttn, UNetMidBlock2D and null are");
    };
  }

  private List<Integer> attending(String key, List<Integer> depths) {
    if (depths.contains(0)) {
      throw file.wrong(key, "must be at least 1 in blocks with attention");
    }
    return depths;
  }

  private static List<Integer> none(int resnets) {
    return Collections.nCopies(resnets, 0);
  }
}
