package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a picture is drawn anew (conditioning section 5).
 *
 * @param picture the original
 * @param mask white where it is drawn anew; null: only what {@code outpaint} adds
 * @param strength q of phase 1: 1 forgets what was there
 * @param feather sigma of the ramp around the mask in which pixels are blended; null: 4
 * @param outpaint how far the picture is extended; null: not at all
 * @param area how much of the picture is computed
 * @param padding pixels around the mask's box, where only that is computed; null: 64
 * @param cut where {@code picture} was cut out of a larger image; null: it is whole
 */
public record Inpainting(
    PictureBytes picture,
    @Nullable PictureBytes mask,
    double strength,
    @Nullable Double feather,
    @Nullable Outpaint outpaint,
    InpaintArea area,
    @Nullable Integer padding,
    @Nullable PictureCut cut) {
  public static final Range STRENGTH = new Range("strength", 0.0, 1.0, true);
  public static final Range FEATHER = new Range("mask feather", 0.0, 256.0);
  public static final Range PADDING = new Range("padding", 0, 4096);
  public static final double STANDARD_FEATHER = 4;
  public static final int STANDARD_PADDING = 64;

  @JsonCreator
  public Inpainting {
    STRENGTH.require(strength);
    if (feather != null) {
      FEATHER.require(feather);
    }
    if (padding != null) {
      PADDING.require(padding);
    }
    if (mask == null && outpaint == null) {
      throw DemofusionException.badRequest(
          "nothing is to be drawn: give a mask, or say how far the picture is extended (outpaint)");
    }
  }

  /** Of a whole picture. */
  public Inpainting(
      PictureBytes picture,
      @Nullable PictureBytes mask,
      double strength,
      @Nullable Double feather,
      @Nullable Outpaint outpaint,
      InpaintArea area,
      @Nullable Integer padding) {
    this(picture, mask, strength, feather, outpaint, area, padding, null);
  }

  /** The same of other pictures, such as these when they were read. */
  public Inpainting withPictures(PictureBytes other, @Nullable PictureBytes otherMask) {
    return new Inpainting(other, otherMask, strength, feather, outpaint, area, padding, cut);
  }

  public Inpainting withCut(PictureCut other) {
    return new Inpainting(picture, mask, strength, feather, outpaint, area, padding, other);
  }

  public double featherOrStandard() {
    return feather == null ? STANDARD_FEATHER : feather;
  }

  public int paddingOrStandard() {
    return padding == null ? STANDARD_PADDING : padding;
  }
}
