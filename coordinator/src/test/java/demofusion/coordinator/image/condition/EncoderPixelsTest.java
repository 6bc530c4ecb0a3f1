package demofusion.coordinator.image.condition;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.image.PictureReader;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures before a CLIP image encoder, against transformers with Pillow 11.3. */
class EncoderPixelsTest {
  private static final SafetensorsFile GOLDEN =
      GoldenData.tensors("conditioning/networks.safetensors");
  private static final AdapterFacts TINY = new AdapterFacts(40, 4, 56, false, 1e-5);

  @ParameterizedTest
  @ValueSource(strings = {"scene", "tall"})
  void cropsAsTransformersDoes_byteForByte(String name) throws IOException {
    byte[] square = EncoderPixels.square(picture(name), AdapterFit.CROP, 224);

    assertThat(square).isEqualTo(picture("clip224-" + name).rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"scene", "tall"})
  void normalisesAsTransformersDoes(String name) throws IOException {
    Tensor pixels = pixels(name);

    Tensor wanted = GOLDEN.tensor("ip-adapter.image_encoder." + name + ".pixels");
    assertThat(pixels.shape()).isEqualTo(wanted.shape());
    float most = 0;
    for (int n = 0; n < wanted.values().length; n++) {
      most = Math.max(most, Math.abs(pixels.values()[n] - wanted.values()[n]));
    }
    assertThat(most).isLessThan(1e-6f);
  }

  @Test
  void squashesAllOfAPicture() throws IOException {
    RgbPicture tall = picture("tall");

    byte[] square = EncoderPixels.square(tall, AdapterFit.SQUASH, 56);

    byte[] whole =
        new PillowResizing(tall.extent(), new PixelExtent(56, 56), 3, ResizingKernel.BICUBIC)
            .whole(tall.rgb());
    assertThat(square).isEqualTo(whole);
    assertThat(square).isNotEqualTo(EncoderPixels.square(tall, AdapterFit.CROP, 56));
  }

  @Test
  void putsSeveralSideBySide() throws IOException {
    Tensor both = pixels("scene", "tall");

    int size = both.values().length / 2;
    assertThat(both.shape()).containsExactly(2, 3, 56, 56);
    assertThat(Arrays.copyOfRange(both.values(), size, 2 * size))
        .isEqualTo(pixels("tall").values());
  }

  private static Tensor pixels(String... names) throws IOException {
    PictureBytes[] pictures = new PictureBytes[names.length];
    for (int n = 0; n < names.length; n++) {
      pictures[n] = PictureBytes.of(file(names[n]));
    }
    AdapterUse use = AdapterUse.of(NamedNetwork.named("tiny"), Stream.of(pictures).toList());
    return EncoderPixels.of(use, TINY, Long.MAX_VALUE);
  }

  private static RgbPicture picture(String name) throws IOException {
    return PictureReader.read(file(name), name, Long.MAX_VALUE);
  }

  private static byte[] file(String name) throws IOException {
    return Files.readAllBytes(GoldenData.path("conditioning/pictures/" + name + ".png"));
  }
}
