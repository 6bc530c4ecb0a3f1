package demofusion.worker.model.folder;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the VAE costs for a latent, from its configuration alone: every weight is applied at each
 * place of its block's resolution, and the middle attention compares places with places.
 *
 * <p>Floating-point operations; a multiplication and its addition count as two.
 */
public final class VaeCost {
  private static final Pattern BLOCK =
      Pattern.compile("\\w+\\.(?:up|down)_blocks\\.(\\d+)\\.(\\w+)\\..*");

  private final Layout layout;
  private final int lastLevel;

  private VaeCost(VaeConfig config) {
    this.layout = VaeLayout.of(config);
    this.lastLevel = config.channels().length - 1;
  }

  public static VaeCost of(VaeConfig config) {
    return new VaeCost(config);
  }

  /** Places of a level: 0 is the latent's own resolution, each further one has twice its sides. */
  private interface Places {
    double at(int level);
  }

  /** A latent that is decoded whole, in latent samples. */
  public double decode(int height, int width) {
    double places = (double) height * width;
    return decoder(level -> grown(places, level), places, places);
  }

  /**
   * A tile of a larger latent, which is told what there is to see elsewhere.
   *
   * @param surveyed samples of the larger latent, which the middle attention looks at
   */
  public double decodeTile(int height, int width, long surveyed) {
    double places = (double) height * width;
    return decoder(
        level -> grown(places, level), 0, (double) Math.min(SurveyLimits.TOKENS, surveyed));
  }

  /**
   * The look at a larger latent before its tiles.
   *
   * @param cuts that are looked at, all of one size
   * @param margin of each cut that is context only
   */
  public double survey(int cuts, int height, int width, int margin) {
    double places = (double) cuts * height * width;
    double patches =
        (double) cuts * patches(cuts, height - 2 * margin) * patches(cuts, width - 2 * margin);
    double seen = (double) cuts * (height - 2 * margin) * (width - 2 * margin);
    double keys = Math.min(SurveyLimits.TOKENS, seen);
    return decoder(level -> level == 0 ? places : patches * patchPlaces(level), keys, keys);
  }

  /** A picture, by the extent of the latent that comes of it. */
  public double encode(int height, int width) {
    double places = (double) height * width;
    double flop = 0;
    for (Map.Entry<String, int[]> weight : layout.shapes().entrySet()) {
      String name = weight.getKey();
      if (name.startsWith("encoder.") || name.startsWith("quant_conv.")) {
        int level = level(name, "encoder.conv_in.", true);
        flop += cost(name, weight.getValue(), grown(places, level), places, places);
      }
    }
    return flop;
  }

  /**
   * @param told places whose keys and values are computed here
   * @param seen keys that each place is compared with
   */
  private double decoder(Places places, double told, double seen) {
    double flop = 0;
    for (Map.Entry<String, int[]> weight : layout.shapes().entrySet()) {
      String name = weight.getKey();
      if (name.startsWith("decoder.") || name.startsWith("post_quant_conv.")) {
        int level = level(name, "decoder.conv_out.", false);
        flop += cost(name, weight.getValue(), places.at(level), told, seen);
      }
    }
    return flop;
  }

  private static double cost(String name, int[] shape, double places, double told, double seen) {
    if (shape.length == 1) {
      return 0;
    }
    double times = name.contains(".to_k.") || name.contains(".to_v.") ? told : places;
    double flop = 2.0 * Layout.size(shape) * times;
    return name.endsWith(".to_q.weight") ? flop + 4.0 * places * seen * shape[0] : flop;
  }

  /** How many doublings away from the latent a layer works. */
  private int level(String name, String outermost, boolean inwards) {
    if (name.startsWith(outermost)) {
      return lastLevel;
    }
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return 0;
    }
    int number = Integer.parseInt(block.group(1));
    int step = block.group(2).endsWith("samplers") ? 1 : 0;
    return inwards ? lastLevel - number - step : number + step;
  }

  private static double grown(double places, int level) {
    return places * (1L << (2 * level));
  }

  private static double patches(int cuts, int side) {
    int most = Math.max(1, (int) (SurveyLimits.PATCHES / Math.sqrt(cuts)));
    int patch = Math.min(SurveyLimits.PATCH_SIDE, side);
    return Math.min(most, (side + patch - 1) / patch);
  }

  /** A patch with its margin, both doubled with every level. */
  private static double patchPlaces(int level) {
    double before = SurveyLimits.PATCH_SIDE << (level - 1);
    double side = 2 * (before + 2 * SurveyLimits.PATCH_MARGIN);
    return side * side;
  }
}
