package demofusion.protocol.api.request.region;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of parts of the picture (conditioning section 3): every view is predicted with the prompt
 * of each region that it touches, and the predictions are mixed by the regions' weights.
 *
 * @param regions in the order of their numbers, from 1; number 0 is what the picture's own prompt
 *     is left with
 * @param base how much the picture's own prompt counts inside regions too
 */
public record RegionSettings(List<Region> regions, double base) {
  public static final int MOST = 16;
  public static final Range BASE = new Range("region base", 0.0, 100.0);
  public static final RegionSettings NONE = new RegionSettings(List.of(), 0);

  public RegionSettings {
    regions = List.copyOf(regions);
    BASE.require(base);
    if (regions.size() > MOST) {
      throw DemofusionException.badRequest(
          "%s regions are too many for one image; it takes at most %s"
              .formatted(regions.size(), MOST));
    }
  }

  public boolean isEmpty() {
    return regions.isEmpty();
  }

  public RegionSettings withRegions(List<Region> others) {
    return new RegionSettings(others, base);
  }

  public RegionSettings withBase(double other) {
    return new RegionSettings(regions, other);
  }

  /** The same with every mask read. */
  public RegionSettings withMasks(UnaryOperator<RegionMask> read) {
    return withRegions(
        regions.stream()
            .map(
                region -> {
                  @Nullable RegionMask mask = region.mask();
                  return mask == null ? region : region.withMask(read.apply(mask));
                })
            .toList());
  }
}
