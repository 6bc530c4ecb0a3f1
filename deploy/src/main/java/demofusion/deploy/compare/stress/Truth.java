package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.measure.BandEnergy;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.deploy.compare.scene.Scene;
import demofusion.deploy.compare.scene.SceneTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much detail true pictures of a caption have: of the miniature's landscapes, drawn at the
 * picture's own size.
 */
final class Truth {
  private static final int SCENES = 6;

  private final Map<String, List<Double>> known = new HashMap<>();

  /**
   * @param side of the picture's square
   * @return energies, the finest band first: geometric means over several scenes
   */
  List<Double> energies(SceneTraits traits, int side, int bands) {
    return known.computeIfAbsent(traits + " " + side, key -> mean(traits, side, bands));
  }

  private static List<Double> mean(SceneTraits traits, int side, int bands) {
    double[] logs = new double[bands];
    for (int seed = 1; seed <= SCENES; seed++) {
      GreyPicture luma = GreyPicture.of(new Scene(traits, seed).draw(side));
      List<Double> energies = BandEnergy.of(luma, bands);
      for (int band = 0; band < bands; band++) {
        logs[band] += Math.log(Math.max(1e-12, energies.get(band))) / SCENES;
      }
    }
    List<Double> mean = new ArrayList<>();
    for (double log : logs) {
      mean.add(Math.exp(log));
    }
    return mean;
  }
}
