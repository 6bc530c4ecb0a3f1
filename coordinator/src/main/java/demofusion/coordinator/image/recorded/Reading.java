package demofusion.coordinator.image.recorded;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.RecordedSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was understood of a picture's texts. */
public sealed interface Reading {
  /**
   * Settings that can be drawn again, as far as they can.
   *
   * @param parameters under WebUI's names, with values that our options take
   * @param isOurs whether this program drew it: then nothing is left out, and the model's hash is
   *     one of ours
   * @param leftOut what decided the picture too and is not among the parameters, in words
   * @param verbatim the same as the picture has them, where it has them in WebUI's words
   */
  record Settings(
      GenerationParameters parameters,
      boolean isOurs,
      List<String> leftOut,
      Optional<GenerationParameters> verbatim)
      implements Reading {
    public Settings {
      leftOut = List.copyOf(leftOut);
    }

    /** By the long names of {@code render}'s options. */
    public Map<String, String> options() {
      return RecordedSettings.toOptions(parameters);
    }
  }

  /**
   * Settings that would not draw anything like the picture.
   *
   * @param reason goes on a sentence that began with the picture's name
   */
  record Refused(String reason) implements Reading {}

  /** No settings. */
  record Nothing() implements Reading {}
}
