package demofusion.protocol.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guidance that is stronger for high frequencies (modes section 4), and its low-passes. */
class SplitGuidanceTest {
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("modes.safetensors");

  @ParameterizedTest
  @CsvSource({"fa, FA, 35, 8", "fa_thirds, FA, 25, 11", "wavelet, WAVELET, 7.5, 0"})
  void guidesAsTheReferenceDoes(String name, GuidanceSplit kind, float high, int low) {
    Guidance guidance = new Guidance(7.5f, 0, new Guidance.Split(high, kind, low, low));

    Tensor guided =
        guidance.apply(views(tensor("split.text")), views(tensor("split.unconditional")));

    assertClose(guided.values(), tensor("split." + name).values(), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void keepsTheLowFrequenciesThatTheReferenceKeeps(int n) {
    Tensor x = tensor("low." + n + ".x");
    float[] size = tensor("low." + n + ".size").values();
    Guidance.Split fa = new Guidance.Split(2, GuidanceSplit.FA, (int) size[0], (int) size[1]);
    Guidance.Split wavelet = new Guidance.Split(2, GuidanceSplit.WAVELET, 0, 0);

    assertClose(low(fa, x), tensor("low." + n + ".plain").values(), 1e-6);
    assertClose(low(wavelet, x), tensor("low." + n + ".wavelet").values(), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(GuidanceSplit.class)
  void isPlainGuidance_whenHighAndLowWeighAlike(GuidanceSplit kind) {
    float scale = kind == GuidanceSplit.WAVELET ? 1 : 7.5f;
    Guidance plain = new Guidance(scale, 0.3f);
    Tensor text = noise(1);
    Tensor unconditional = noise(2);

    Tensor split =
        plain.withSplit(new Guidance.Split(scale, kind, 4, 4)).apply(text, unconditional);

    assertThat(split).isEqualTo(plain.apply(text, unconditional));
  }

  @ParameterizedTest
  @EnumSource(GuidanceSplit.class)
  void leavesWhatIsTheSameEverywhereToTheLowScale(GuidanceSplit kind) {
    Guidance guidance = new Guidance(3, 0, new Guidance.Split(20, kind, 4, 3));
    Tensor text = Tensor.zeros(1, 1, 12, 9);
    Tensor unconditional = Tensor.zeros(1, 1, 12, 9);
    Arrays.fill(text.values(), 2);

    float low = kind == GuidanceSplit.WAVELET ? 1 : 3;

    for (float value : guidance.apply(text, unconditional).values()) {
      assertThat(value).isCloseTo(low * 2, offset(2e-5f));
    }
  }

  @Test
  void pullsTheSpreadBack_afterTheSplit() {
    Guidance.Split split = new Guidance.Split(9, GuidanceSplit.FA, 4, 4);
    Tensor text = noise(1);
    Tensor unconditional = noise(2);

    float[] pulled = new Guidance(3, 1, split).apply(text, unconditional).values();

    assertThat(spread(pulled)).isCloseTo(spread(text.values()), offset(1e-5));
  }

  @Test
  void refusesToKeepMoreThanTheWindowHas() {
    Guidance.Split split = new Guidance.Split(9, GuidanceSplit.FA, 9, 4);

    assertThatThrownBy(() -> SplitLowPass.of(split, 8, 8))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("9")
        .hasMessageContaining("8");
    assertThatThrownBy(() -> new Guidance.Split(9, GuidanceSplit.FA, 0, 4))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("at least 1");
  }

  private static Tensor tensor(String name) {
    return GOLDEN.tensor(name);
  }

  private static Tensor views(Tensor one) {
    int[] shape = one.shape();
    return new Tensor(new int[] {1, shape[0], shape[1], shape[2]}, one.values());
  }

  private static float[] low(Guidance.Split split, Tensor x) {
    SplitLowPass lowPass = SplitLowPass.of(split, x);
    int size = lowPass.height() * lowPass.width();
    float[] all = new float[x.values().length];
    for (int from = 0; from < all.length; from += size) {
      float[] plane = new float[size];
      System.arraycopy(x.values(), from, plane, 0, size);
      System.arraycopy(lowPass.apply(plane), 0, all, from, size);
    }
    return all;
  }

  private static Tensor noise(long seed) {
    Tensor noise = Tensor.zeros(2, 4, 8, 8);
    Random random = new Random(seed);
    for (int n = 0; n < noise.values().length; n++) {
      noise.values()[n] = (float) random.nextGaussian();
    }
    return noise;
  }

  /** Of the first of two views. */
  private static double spread(float[] values) {
    int size = values.length / 2;
    double sum = 0;
    double squares = 0;
    for (int n = 0; n < size; n++) {
      sum += values[n];
      squares += values[n] * (double) values[n];
    }
    return Math.sqrt((squares - sum * sum / size) / (size - 1));
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).containsExactly(expected, offset((float) (tolerance * largest)));
  }
}
