package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of {@link Inpainting} beside the picture and its strength, field by field;
 * null: it says nothing.
 *
 * @param overlap of outpaint; null: 16
 * @param padding of the area {@code masked}; null: 64
 */
public record AskedInpainting(
    @Nullable PictureBytes mask,
    @Nullable Double feather,
    @Nullable Outpaint outpaint,
    @Nullable Integer overlap,
    @Nullable InpaintArea area,
    @Nullable Integer padding) {
  public static final AskedInpainting NONE =
      new AskedInpainting(null, null, null, null, null, null);

  /** What such a request said; standards are left out. */
  public static AskedInpainting of(@Nullable Inpainting made) {
    if (made == null) {
      return NONE;
    }
    Outpaint outpaint = made.outpaint();
    @Nullable Integer overlap = outpaint == null ? null : (Integer) outpaint.overlap();
    boolean isUsual = overlap == null || overlap == Outpaint.STANDARD_OVERLAP;
    return new AskedInpainting(
        made.mask(),
        made.feather(),
        outpaint,
        isUsual ? null : overlap,
        made.area() == InpaintArea.PICTURE ? null : made.area(),
        made.padding());
  }

  public AskedInpainting withMask(PictureBytes other) {
    return new AskedInpainting(other, feather, outpaint, overlap, area, padding);
  }

  public AskedInpainting withFeather(double other) {
    return new AskedInpainting(mask, other, outpaint, overlap, area, padding);
  }

  public AskedInpainting withOutpaint(Outpaint other) {
    return new AskedInpainting(mask, feather, other, overlap, area, padding);
  }

  public AskedInpainting withOverlap(int other) {
    return new AskedInpainting(mask, feather, outpaint, other, area, padding);
  }

  public AskedInpainting withArea(InpaintArea other) {
    return new AskedInpainting(mask, feather, outpaint, overlap, other, padding);
  }

  public AskedInpainting withPadding(int other) {
    return new AskedInpainting(mask, feather, outpaint, overlap, area, other);
  }

  /**
   * Together with the picture that it is said of; null: nothing is said.
   *
   * @param picture null: none is given
   * @param strength null: 1
   * @throws DemofusionException BAD_REQUEST if one part lacks another
   */
  public @Nullable Inpainting of(@Nullable PictureBytes picture, @Nullable Double strength) {
    if (equals(NONE)) {
      return null;
    }
    requireUse();
    if (picture == null) {
      throw DemofusionException.badRequest(
          (mask != null ? "the mask" : "outpaint " + outpaint)
              + " applies to an image: give the one that it belongs to");
    }
    return new Inpainting(
        picture,
        mask,
        strength == null ? 1 : strength,
        feather,
        outpaint == null || overlap == null ? outpaint : outpaint.withOverlap(overlap),
        area == null ? InpaintArea.PICTURE : area,
        padding);
  }

  private void requireUse() {
    if (overlap != null && outpaint == null) {
      throw DemofusionException.badRequest(
          "outpaint overlap %s applies to outpaint: say how far the image is extended"
              .formatted(overlap));
    }
    if (padding != null && area != InpaintArea.MASKED) {
      throw DemofusionException.badRequest(
          "padding %s applies to the inpaint area masked: ask for that".formatted(padding));
    }
    if (mask == null && outpaint == null) {
      throw DemofusionException.badRequest(
          "%s applies to a mask: give one, or say how far the image is extended (outpaint)"
              .formatted(feather != null ? "mask feather " + feather : "inpaint area " + area));
    }
  }
}
