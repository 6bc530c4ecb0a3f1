package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An IP-Adapter and the pictures that it is shown (conditioning section 4).
 *
 * @param network its file
 * @param encoder the image encoder's weights; null: what belongs to it, where it is found
 * @param facts what was read of both when they were looked up; null until then
 * @param scale in phase 1 and in dilated views
 * @param local in local windows of later phases; null: as scale
 */
public record AdapterUse(
    NamedNetwork network,
    @Nullable NamedNetwork encoder,
    @Nullable AdapterFacts facts,
    List<PictureBytes> pictures,
    double scale,
    @Nullable Double local,
    StepSpan span,
    AdapterBlocks blocks,
    AdapterFit fit) {
  public static final Range SCALE = new Range("IP-Adapter weight", 0.0, 2.0);

  /** Of one adapter. */
  public static final int MOST_PICTURES = 16;

  public AdapterUse {
    pictures = List.copyOf(pictures);
    SCALE.require(scale);
    if (local != null) {
      SCALE.require(local);
    }
    if (pictures.isEmpty() || pictures.size() > MOST_PICTURES) {
      throw DemofusionException.badRequest(
          "IP-Adapter %s has %s pictures; it must have 1 to %s"
              .formatted(network, pictures.size(), MOST_PICTURES));
    }
  }

  /** Of weight 1, with everything else as it is without a word. */
  public static AdapterUse of(NamedNetwork network, List<PictureBytes> pictures) {
    return new AdapterUse(
        network, null, null, pictures, 1, null, StepSpan.ALL, AdapterBlocks.ALL, AdapterFit.CROP);
  }

  /** Looked up. */
  public AdapterUse with(NamedNetwork found, NamedNetwork foundEncoder, AdapterFacts read) {
    return new AdapterUse(found, foundEncoder, read, pictures, scale, local, span, blocks, fit);
  }

  /**
   * What its attention is multiplied with.
   *
   * @param isLocal in a local window
   * @param phase from 1
   */
  public double scale(boolean isLocal, int phase) {
    return isLocal && phase > 1 && local != null ? local : scale;
  }
}
