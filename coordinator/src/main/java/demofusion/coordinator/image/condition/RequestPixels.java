package demofusion.coordinator.image.condition;

import demofusion.coordinator.image.PictureReader;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionMask;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many pixels the pictures of a request have in all: each may be as large as is accepted, and
 * together they would still fill a heap. Only the files' headers are read. The same picture in two
 * places counts once.
 */
public final class RequestPixels {
  private final Set<String> counted = new HashSet<>();
  private long sum;

  private RequestPixels() {}

  /**
   * Of control pictures, masks of regions, reference pictures, the picture of which a part is drawn
   * anew, its mask, and the picture to start from.
   *
   * @param start the last of these; null: none
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if one is no picture
   */
  public static long of(RenderSpec spec, byte @Nullable [] start) {
    RequestPixels pixels = new RequestPixels();
    if (start != null) {
      pixels.sum += PictureReader.extent(start, "to start from").area();
    }
    for (ControlUse use : spec.conditions().controls()) {
      pixels.add(use.picture(), ControlPixels.name(use));
    }
    for (AdapterUse use : spec.conditions().adapters()) {
      use.pictures().forEach(picture -> pixels.add(picture, EncoderPixels.name(use)));
    }
    for (Region region : spec.regions().regions()) {
      RegionMask mask = region.mask();
      if (mask != null && pixels.counted.add(mask.hash())) {
        pixels.sum += PictureReader.extent(mask.file(), "of a region's mask").area();
      }
    }
    Inpainting asked = spec.conditions().inpainting();
    if (asked != null) {
      pixels.add(asked.picture(), "of the request");
      pixels.add(asked.mask(), "of the request's mask");
    }
    return pixels.sum;
  }

  private void add(@Nullable PictureBytes picture, String name) {
    if (picture != null && counted.add(picture.hash())) {
      sum += picture.extent().orElseGet(() -> PictureReader.extent(picture.file(), name)).area();
    }
  }
}
