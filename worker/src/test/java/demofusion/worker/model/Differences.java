package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Tensor;

/** How far a tensor is from what a reference computed. */
public final class Differences {
  private Differences() {}

  /** The largest difference, relative to the largest value that is expected. */
  public static double relativeError(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double difference = 0;
    double largest = 0;
    for (int n = 0; n < expected.values().length; n++) {
      difference = Math.max(difference, Math.abs(actual.values()[n] - expected.values()[n]));
      largest = Math.max(largest, Math.abs(expected.values()[n]));
    }
    return difference / largest;
  }
}
