package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/** What is read of texts that programs really write. */
final class Readings {
  private Readings() {}

  /** Of a picture with one text. */
  static Reading.Settings settings(String keyword, String text) {
    return settings(Map.of(keyword, text));
  }

  static Reading.Settings settings(Map<String, String> texts) {
    Reading reading = PictureSettings.read(texts);
    assertThat(reading).isInstanceOf(Reading.Settings.class);
    return (Reading.Settings) reading;
  }

  /** Why a picture with one text is refused. */
  static String refusal(String keyword, String text) {
    Reading reading = PictureSettings.read(Map.of(keyword, text));
    assertThat(reading).isInstanceOf(Reading.Refused.class);
    return ((Reading.Refused) reading).reason();
  }
}
