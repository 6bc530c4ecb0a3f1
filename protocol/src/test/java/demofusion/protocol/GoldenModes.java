package demofusion.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.data.Offset;

/** The golden operations of the modes ({@code coordinator/docs/modes.md}, section 12). */
public final class GoldenModes {
  /** Of the largest value. */
  public static final double TOLERANCE = 1e-5;

  private static final SafetensorsFile FILE = GoldenData.tensors("modes.safetensors");

  private GoldenModes() {}

  public static Set<String> names() {
    return new TreeSet<>(FILE.names());
  }

  public static Tensor tensor(String name) {
    return FILE.tensor(name);
  }

  public static float[] values(String name) {
    return tensor(name).values();
  }

  /** A tensor (channels, height, width). */
  public static Latent latent(String name) {
    return Latent.of(tensor(name));
  }

  public static int[] integers(String name) {
    float[] values = values(name);
    int[] integers = new int[values.length];
    for (int n = 0; n < values.length; n++) {
      integers[n] = Math.round(values[n]);
    }
    return integers;
  }

  /** Holds values to a golden tensor's, within the tolerance that section 12 names. */
  public static void assertAgrees(float[] values, String name) {
    float[] wanted = values(name);
    float largest = 0;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(values)
        .as(name)
        .containsExactly(wanted, Offset.offset((float) (TOLERANCE * largest)));
  }
}
