package demofusion.coordinator.diffusion.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held to the golden operations of conditioning sections 3.1, 5.1 and 5.5. */
class MaskOperationsTest {
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("conditioning/ops.safetensors");
  private static final int THRESHOLD = 128;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void averagesOverEachSamplesPixels(int number) {
    float[] wanted = GOLDEN.tensor("mask." + number + ".mean").values();

    double[] means =
        mask().means(extent("mask." + number + ".mean"), AreaPlace.all(mask().extent()));

    for (int n = 0; n < wanted.length; n++) {
      assertThat(means[n]).as("sample %s", n).isCloseTo(wanted[n], within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aSampleThatTouchesTheMaskBelongsToIt(int number) {
    float[] wanted = GOLDEN.tensor("mask." + number + ".max").values();

    boolean[] touched = mask().touched(extent("mask." + number + ".max"), THRESHOLD);

    for (int n = 0; n < wanted.length; n++) {
      assertThat(touched[n]).as("sample %s", n).isEqualTo(wanted[n] > 0);
    }
  }

  @Test
  void feathersOutwards() {
    double sigma = GOLDEN.tensor("ramp.sigma").values()[0];
    float[] wanted = GOLDEN.tensor("ramp.out").values();

    double[] ramp = new FeatheredMask(mask(), THRESHOLD, sigma).rows(0, mask().extent().height());

    for (int n = 0; n < wanted.length; n++) {
      assertThat(ramp[n]).as("pixel %s", n).isCloseTo(wanted[n], within(1e-6));
    }
  }

  @Test
  void someRowsAreThoseOfTheWhole() {
    Random random = new Random(3);
    for (int draw = 0; draw < 200; draw++) {
      PixelExtent extent = new PixelExtent(1 + random.nextInt(12), 1 + random.nextInt(40));
      byte[] grey = new byte[(int) extent.area()];
      random.nextBytes(grey);
      FeatheredMask ramp =
          new FeatheredMask(new MaskPicture(extent, grey), 250, random.nextInt(5) * 0.7);
      double[] whole = ramp.rows(0, extent.height());
      int from = random.nextInt(extent.height());
      int to = from + 1 + random.nextInt(extent.height() - from);

      assertThat(ramp.rows(from, to))
          .as("rows %s to %s of %s", from, to, extent)
          .isEqualTo(Arrays.copyOfRange(whole, from * extent.width(), to * extent.width()));
    }
  }

  private static MaskPicture mask() {
    float[] values = GOLDEN.tensor("mask.in").values();
    byte[] grey = new byte[values.length];
    for (int n = 0; n < grey.length; n++) {
      grey[n] = (byte) (values[n] > 0 ? 255 : 0);
    }
    LatentExtent extent = extent("mask.in");
    return new MaskPicture(new PixelExtent(extent.width(), extent.height()), grey);
  }

  private static LatentExtent extent(String name) {
    long[] shape = GOLDEN.entry(name).shape();
    return new LatentExtent((int) shape[0], (int) shape[1]);
  }
}
