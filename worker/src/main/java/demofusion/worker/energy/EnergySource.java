package demofusion.worker.energy;

import java.util.Locale;

/** How it is known what energy a card took. */
public enum EnergySource {
  /** Its own counter of energy, which NVIDIA's cards have since Volta. */
  COUNTER,
  /** Its power, asked several times a second and integrated over time. */
  POWER;

  /** As labels of metrics have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
