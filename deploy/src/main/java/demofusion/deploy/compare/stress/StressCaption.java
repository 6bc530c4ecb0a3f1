package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.scene.SceneTraits;
import java.util.Optional;

/**
 * One caption of the stress set.
 *
 * @param number in the set, from 1: files are named by it
 * @param kind what is hard about it
 */
public record StressCaption(int number, String kind, String words) {
  /** The landscape of the miniature that it describes, if it does. */
  Optional<SceneTraits> traits() {
    return SceneTraits.parse(words);
  }
}
