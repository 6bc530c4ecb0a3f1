package demofusion.worker.model.folder;

import java.util.List;

/**
 * What the VAE costs for a latent, from its configuration alone: every weight is applied at each
 * place of its block's resolution, and the middle attention compares places with places.
 *
 * <p>Floating-point operations; a multiplication and its addition count as two.
 */
public final class VaeCost {
  private final Layout layout;

  private VaeCost(VaeConfig config) {
    this.layout = VaeLayout.of(config);
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
    return sum(List.of("encoder.", "quant_conv."), level -> grown(places, level), places, places);
  }

  /**
   * @param told places whose keys and values are computed here
   * @param seen keys that each place is compared with
   */
  private double decoder(Places places, double told, double seen) {
    return sum(List.of("decoder.", "post_quant_conv."), places, told, seen);
  }

  private double sum(List<String> parts, Places places, double told, double seen) {
    return layout.weights().stream()
        .filter(weight -> weight.shape().length > 1)
        .filter(weight -> parts.stream().anyMatch(weight.name()::startsWith))
        .mapToDouble(weight -> cost(weight, places.at(weight.level()), told, seen))
        .sum();
  }

  private static double cost(Layout.Weight weight, double places, double told, double seen) {
    double products = 2.0 * Layout.size(weight.shape());
    return switch (weight.applied()) {
      case KEYS -> products * told;
      case QUERIES -> products * places + 4.0 * places * seen * weight.shape()[0];
      default -> products * places;
    };
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
