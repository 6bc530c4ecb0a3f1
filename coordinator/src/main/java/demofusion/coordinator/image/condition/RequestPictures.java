package demofusion.coordinator.image.condition;

import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.RegionMasks;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.PictureBytes;

/** Looks at the pictures in a request, as far as a plan has to know them. */
public final class RequestPictures {
  private RequestPictures() {}

  /** The request with what was read of its pictures, which were accepted before. */
  public static RenderSpec read(RenderSpec spec) {
    return measured(RegionMasks.read(spec));
  }

  /**
   * The request with the pixels of its masks and the sizes of its control pictures.
   *
   * @param mostPixels of a mask
   * @throws DemofusionException BAD_REQUEST if one is no picture that can be read
   */
  public static RenderSpec read(RenderSpec spec, long mostPixels) {
    return measured(RegionMasks.read(spec, mostPixels));
  }

  private static RenderSpec measured(RenderSpec spec) {
    return spec.conditions().controls().isEmpty()
        ? spec
        : spec.toBuilder()
            .conditions(
                spec.conditions()
                    .withControls(
                        spec.conditions().controls().stream()
                            .map(RequestPictures::measured)
                            .toList()))
            .build();
  }

  private static ControlUse measured(ControlUse use) {
    PictureBytes picture = use.picture();
    return picture == null || picture.extent().isPresent()
        ? use
        : use.withPicture(
            picture.with(PictureReader.extent(picture.file(), ControlPixels.name(use))));
  }
}
