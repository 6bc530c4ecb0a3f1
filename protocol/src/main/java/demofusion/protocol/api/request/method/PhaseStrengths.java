package demofusion.protocol.api.request.method;

import demofusion.protocol.Range;
import java.util.List;

/**
 * The share of its steps that each upscaling phase makes ({@code --phase-strength 0.6,0.4}; modes
 * section 1); the last value holds for all phases that follow.
 */
public record PhaseStrengths(List<Double> shares) {
  public static final Range SHARE = new Range("phase strength", 0.0, 1.0, true);

  public PhaseStrengths {
    shares = List.copyOf(shares);
    shares.forEach(SHARE::require);
  }

  /** Reads {@code "0.6,0.4"}. */
  public static PhaseStrengths parse(String text) {
    return new PhaseStrengths(NumberList.parse("phase strength", text));
  }

  /**
   * @param upscaling the phase's number among the upscaling phases, from 0
   */
  public double of(int upscaling) {
    return shares.get(Math.min(upscaling, shares.size() - 1));
  }

  @Override
  public String toString() {
    return NumberList.text(shares);
  }
}
