package demofusion.coordinator.image.upscale;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnlargedSizeTest {
  @ParameterizedTest
  @CsvSource({"1024x768, 4096x3072", "1024x768, 1024x768", "1000x667, 1600x1067", "3x2, 4000x2667"})
  void takesTheSameAspectRatio_asWholePixelsAllow(String picture, String wanted) {
    assertThatCode(() -> require(picture, wanted)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "1024x768, 1023x768, 'size 1023x768 must be at least the image''s own, 1024x768'",
    "1024x768, 4096x512, 'must be at least the image''s own'",
    "1024x768, 4096x4096, 'give 4096x3072 or 5461x4096, or crop it first'",
    "1024x768, 4096x3080, 'has another aspect ratio than the image, 1024x768'"
  })
  void refusesWhatIsSmallerOrOfAnotherAspectRatio(String picture, String wanted, String why) {
    assertThatThrownBy(() -> require(picture, wanted))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(why);
  }

  private static void require(String picture, String wanted) {
    EnlargedSize.require(PixelExtent.parse(picture), PixelExtent.parse(wanted));
  }
}
