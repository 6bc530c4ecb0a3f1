package demofusion.deploy.compare.measure;

import demofusion.deploy.compare.scene.SceneTraits;
import demofusion.deploy.compare.scene.SceneTraits.Thing;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is found out about one picture beside L, its first phase enlarged by Lanczos's kernel. L
 * itself has 0 in all differences.
 *
 * @param bands log2 of the energy of detail over L's, the finest band first
 * @param bandsOverTruth the same over what a true picture of the caption has; null where nobody
 *     knows
 * @param grain log2 of the noise in flat places over L's
 * @param gain contrast over L's
 * @param drift of light and dark from L, in L's standard deviations
 * @param seam in standard deviations; null where windows were jittered or there are none
 * @param repeats share of patches that are found again, and are not in L; null: not looked for
 * @param things how many of the thing that the caption names, or of any if it names none; null: of
 *     no landscape
 * @param thingsOfL the same in L
 */
public record Findings(
    List<Double> bands,
    @Nullable List<Double> bandsOverTruth,
    double grain,
    double gain,
    double drift,
    @Nullable Double seam,
    @Nullable Double repeats,
    @Nullable Integer things,
    @Nullable Integer thingsOfL) {
  public Findings {
    bands = List.copyOf(bands);
    bandsOverTruth = bandsOverTruth == null ? null : List.copyOf(bandsOverTruth);
  }

  /**
   * @param enlarged L, as large as the picture
   * @param nativeSide of the model's own pictures, in pixels
   * @param borders of its windows; empty ones where they cannot be seen
   * @param traits of the landscape that the caption describes
   * @param truth energies of true pictures, band by band; empty where nobody knows
   */
  public static Findings of(
      BufferedImage picture,
      BufferedImage enlarged,
      int nativeSide,
      WindowBorders borders,
      Optional<SceneTraits> traits,
      List<Double> truth) {
    GreyPicture luma = GreyPicture.of(picture);
    GreyPicture usual = GreyPicture.of(enlarged);
    int count = bands(picture, nativeSide);
    List<Double> energies = BandEnergy.of(luma, count);
    Drift drift = Drift.of(luma, usual);
    double repeats = NewRepeats.of(luma, usual, nativeSide);
    Set<Thing> things = traits.map(ThingCount::sought).orElse(Set.of());
    return new Findings(
        over(energies, BandEnergy.of(usual, count)),
        truth.isEmpty() ? null : over(energies, truth),
        Grain.of(luma, usual),
        drift.gain(),
        drift.drift(),
        borders.isEmpty() ? null : boxed(new SeamScore(borders).of(luma, usual).orElse(Double.NaN)),
        boxed(repeats),
        things.isEmpty() ? null : ThingCount.of(picture, things, nativeSide),
        things.isEmpty() ? null : ThingCount.of(enlarged, things, nativeSide));
  }

  /**
   * The same beside another truth.
   *
   * @param picture that was looked at
   * @param truth energies of true pictures, band by band; empty where nobody knows
   */
  public Findings besideTruth(BufferedImage picture, List<Double> truth) {
    List<Double> overTruth =
        truth.isEmpty() ? null : over(BandEnergy.of(GreyPicture.of(picture), bands.size()), truth);
    return new Findings(bands, overTruth, grain, gain, drift, seam, repeats, things, thingsOfL);
  }

  /** How many bands phase 1 cannot have. */
  public static int bands(BufferedImage picture, int nativeSide) {
    return BandEnergy.bands(
        (double) Math.max(picture.getWidth(), picture.getHeight()) / nativeSide);
  }

  private static List<Double> over(List<Double> energies, List<Double> reference) {
    List<Double> over = new ArrayList<>();
    for (int n = 0; n < Math.min(energies.size(), reference.size()); n++) {
      over.add(BandEnergy.log2Ratio(energies.get(n), reference.get(n)));
    }
    return over;
  }

  private static @Nullable Double boxed(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** Whether there are more of the thing than L has, and more than one. */
  public boolean hasRepeatedThing() {
    return things != null && thingsOfL != null && things > Math.max(1, thingsOfL);
  }
}
