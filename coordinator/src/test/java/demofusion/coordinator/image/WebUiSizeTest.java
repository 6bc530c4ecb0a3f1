package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Right values are what WebUI 1.10's processing.py gives for the same sides. */
class WebUiSizeTest {
  @ParameterizedTest
  @CsvSource({
    "512, 512, 512x512",
    "250, 250, 248x248",
    "1023, 8, 1016x8",
  })
  void dropsWhatIsLessThanALatentSample(int width, int height, String size) {
    assertThat(WebUiSize.of(width, height)).hasToString(size);
  }

  @ParameterizedTest
  @CsvSource({
    "832, 1216, 1.4, 1160x1696", // 1164.8 x 1702.4
    "104, 152, 1.4, 144x208",
    "512, 512, 1.7, 864x864", // 870.4
    "512, 768, 2, 1024x1536",
    "250, 250, 2, 496x496", // of the side as it was asked for
    "640, 360, 1.1, 704x392", // 704.0000000000001 x 396.00000000000006
  })
  void multipliesBeforeItDrops(int width, int height, double scale, String size) {
    assertThat(WebUiSize.scaled(width, height, scale)).hasToString(size);
  }

  @ParameterizedTest
  @CsvSource({
    "256, 384, 384, 0, 384x576",
    "256, 384, 0, 768, 512x768",
    "512, 768, 700, 0, 696x1048", // 700 x 1050
    "512, 768, 0, 1000, 664x1000", // 666 x 1000
    "512, 512, 1024, 768, 1024x768",
    "512, 768, 1024, 1024, 1024x1024",
    "512, 768, 700, 700, 696x704", // covers by 700 x 1050, of which 43 samples are cut
    "768, 512, 700, 700, 704x696",
    "512, 768, 256, 256, 256x256",
  })
  void keepsTheAspect_andCutsWhatIsTooLong(int width, int height, int x, int y, String size) {
    assertThat(WebUiSize.resized(width, height, x, y)).hasToString(size);
  }
}
