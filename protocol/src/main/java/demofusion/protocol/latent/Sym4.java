package demofusion.protocol.latent;

/**
 * One level of the wavelet sym4 along an axis, with half-sample symmetric edges (PyWavelets' {@code
 * symmetric}), taken apart and put together again by its low band alone.
 */
final class Sym4 {
  private static final double[] LOW_PASS = {
    -0.07576571478927333,
    -0.02963552764599851,
    0.49761866763201545,
    0.8037387518059161,
    0.29785779560527736,
    -0.09921954357684722,
    -0.012603967262037833,
    0.0322231006040427
  };

  private Sym4() {}

  /**
   * @return (side, side): what each sample keeps of which
   */
  static double[][] lowBand(int side) {
    int taps = LOW_PASS.length;
    int count = (side + taps - 1) / 2;
    double[][] analysis = new double[count][side];
    double[][] synthesis = new double[side][count];
    for (int k = 0; k < count; k++) {
      for (int tap = 0; tap < taps; tap++) {
        analysis[k][mirrored(2 * k + 1 - tap, side)] += LOW_PASS[tap];
      }
      for (int n = 0; n < side; n++) {
        int tap = n + taps - 2 - 2 * k;
        if (tap >= 0 && tap < taps) {
          synthesis[n][k] = LOW_PASS[taps - 1 - tap];
        }
      }
    }
    return SplitLowPass.product(synthesis, analysis);
  }

  private static int mirrored(int position, int side) {
    int inside = position;
    while (inside < 0 || inside >= side) {
      inside = inside < 0 ? -1 - inside : 2 * side - 1 - inside;
    }
    return inside;
  }
}
