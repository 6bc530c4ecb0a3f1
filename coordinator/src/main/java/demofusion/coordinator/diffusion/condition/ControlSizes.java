package demofusion.coordinator.diffusion.condition;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import java.util.ArrayList;
import java.util.List;

/**
 * How a picture becomes that of a phase (conditioning section 2.3): P for windows of the latent, Q
 * for dilated views, which cannot sample what is finer than phase 1 (section 2.4).
 *
 * @param phases sizes in pixels, from phase 1 on
 */
record ControlSizes(List<PixelExtent> phases) {
  /** What a picture is made of. */
  enum Way {
    /** Its own pixels, in every phase. */
    FRESH,
    /** The phase before, from phase 1 on. */
    CHAIN,
    /** The picture that the phase before has drawn. */
    PHASE
  }

  ControlSizes {
    phases = List.copyOf(phases);
  }

  /**
   * P.
   *
   * @param original size of the picture
   * @param phase k, from 1; from 2 where it is the picture of the phase before
   */
  List<Resizing> local(Way way, PixelExtent original, int phase) {
    PixelExtent size = size(phase);
    return switch (way) {
      case CHAIN -> chain(phase);
      case PHASE -> List.of(new Resizing(Filter.BICUBIC, size));
      case FRESH -> {
        boolean grows = size.width() > original.width() || size.height() > original.height();
        yield List.of(new Resizing(phase > 1 && grows ? Filter.BICUBIC : Filter.LANCZOS, size));
      }
    };
  }

  /** Q; in phase 1 there are no dilated views. */
  List<Resizing> dilated(Way way, int phase) {
    return way == Way.CHAIN
        ? chain(phase)
        : List.of(new Resizing(Filter.LANCZOS, size(1)), new Resizing(Filter.BICUBIC, size(phase)));
  }

  private List<Resizing> chain(int phase) {
    List<Resizing> sizes = new ArrayList<>(phase);
    for (int k = 1; k <= phase; k++) {
      sizes.add(new Resizing(k == 1 ? Filter.LANCZOS : Filter.BICUBIC, size(k)));
    }
    return sizes;
  }

  private PixelExtent size(int phase) {
    return phases.get(phase - 1);
  }
}
