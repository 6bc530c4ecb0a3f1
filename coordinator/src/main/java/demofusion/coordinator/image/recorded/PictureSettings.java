package demofusion.coordinator.image.recorded;

import demofusion.coordinator.image.GenerationParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the settings out of a picture's texts. */
public final class PictureSettings {
  /** A text may fit several; the first that knows it as its own counts. */
  private static final List<Dialect> DIALECTS =
      List.of(
          new WebUiText(),
          new SwarmUiJson(),
          new FooocusJson(),
          new InvokeAiMetadata(),
          new InvokeAiDream(),
          new NovelAiComment(),
          new ComfyUiGraph(),
          new EasyDiffusionTexts());

  private PictureSettings() {}

  /**
   * @param texts a picture's, by keyword
   */
  public static Reading read(Map<String, String> texts) {
    for (Dialect dialect : DIALECTS) {
      Optional<Reading> reading = dialect.read(texts);
      if (reading.isPresent()) {
        return reading.get();
      }
    }
    return JsonText.object(texts.get(GenerationParameters.KEYWORD))
        .<Reading>map(
            unknown ->
                new Reading.Refused(
                    "has settings of a program that is not known here (JSON with "
                        + String.join(", ", JsonText.names(unknown))
                        + "): give them as options"))
        .orElseGet(Reading.Nothing::new);
  }
}
