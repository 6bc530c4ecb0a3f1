package demofusion.worker.model.folder;

/** How closely the decoder looks at a latent that it will decode in tiles. */
public final class SurveyLimits {
  /**
   * The most tokens of a survey that the middle attention of a tile looks at, evenly strided: as
   * many as a quarter of the latent of a native SDXL picture has.
   */
  public static final int TOKENS = 4096;

  /**
   * A survey looks at the whole latent at its own resolution, and from there outwards at a grid of
   * at most 32 by 32 patches of 4 by 4 latent samples: all of a latent of 128 by 128, a sixteenth
   * of one of 512 by 512. Measured on the miniature against statistics of everything: {@code
   * TiledDecodingIT}.
   */
  public static final int PATCHES = 32;

  public static final int PATCH_SIDE = 4;

  /** Around each patch, before each doubling of the resolution; at the picture's border none. */
  public static final int PATCH_MARGIN = 1;

  private SurveyLimits() {}
}
