package demofusion.deploy.selftest;

import demofusion.protocol.latent.Tensor;
import java.util.Arrays;

/** How far an answer is from the one that is wanted. Other shapes are infinitely far. */
public final class Deviation {
  private Deviation() {}

  /** The largest difference, in units of the largest value that is wanted. */
  public static double largest(Tensor actual, Tensor wanted) {
    double most = 0;
    for (float value : wanted.values()) {
      most = Math.max(most, Math.abs(value));
    }
    return most == 0 ? absolute(actual, wanted) : absolute(actual, wanted) / most;
  }

  /** The largest difference as it is. */
  public static double absolute(Tensor actual, Tensor wanted) {
    if (!Arrays.equals(actual.shape(), wanted.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int n = 0; n < wanted.values().length; n++) {
      double difference = Math.abs((double) actual.values()[n] - wanted.values()[n]);
      largest = Double.isNaN(difference) ? difference : Math.max(largest, difference);
      if (Double.isNaN(largest)) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return largest;
  }

  /** The root of the mean square difference, in units of the root of the mean square. */
  public static double mean(Tensor actual, Tensor wanted) {
    if (!Arrays.equals(actual.shape(), wanted.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    double differences = 0;
    double squares = 0;
    for (int n = 0; n < wanted.values().length; n++) {
      double difference = (double) actual.values()[n] - wanted.values()[n];
      differences += difference * difference;
      squares += (double) wanted.values()[n] * wanted.values()[n];
    }
    double mean = Math.sqrt(differences / Math.max(squares, Double.MIN_NORMAL));
    return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean;
  }
}
