package demofusion.deploy.compare.measure;

/**
 * How far a picture's light and dark, in areas of 16x16 pixels, have gone from L's. Blind to small
 * new objects.
 *
 * @param gain contrast against L's: below 1 it fades, above it exaggerates
 * @param drift how far areas are from L's, in L's standard deviations
 */
record Drift(double gain, double drift) {
  private static final int AREA = 16;

  static Drift of(GreyPicture picture, GreyPicture enlarged) {
    GreyPicture a = areas(picture);
    GreyPicture b = areas(enlarged);
    double meanA = a.mean(0, 0, a.width(), a.height());
    double meanB = b.mean(0, 0, b.width(), b.height());
    double together = 0;
    double alone = 0;
    double apart = 0;
    for (int n = 0; n < a.values().length; n++) {
      double one = a.values()[n];
      double other = b.values()[n];
      together += (one - meanA) * (other - meanB);
      alone += (other - meanB) * (other - meanB);
      apart += (one - other) * (one - other);
    }
    return alone < 1e-12 ? new Drift(1, 0) : new Drift(together / alone, Math.sqrt(apart / alone));
  }

  private static GreyPicture areas(GreyPicture picture) {
    return picture.downscaled(
        Math.max(1, picture.width() / AREA), Math.max(1, picture.height() / AREA));
  }
}
