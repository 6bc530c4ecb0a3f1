package demofusion.worker.energy;

import org.jspecify.annotations.Nullable;

/**
 * What one batch took.
 *
 * @param joules NaN where it is not known
 * @param source null where the card tells neither energy nor power
 */
public record Energy(double joules, @Nullable EnergySource source) {
  public static final Energy UNKNOWN = new Energy(Double.NaN, null);
}
