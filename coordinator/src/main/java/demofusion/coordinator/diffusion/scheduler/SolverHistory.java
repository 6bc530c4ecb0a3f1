package demofusion.coordinator.diffusion.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a multistep solver remembers of the phase so far: named buffers of the latent's length and
 * the number of steps since the phase began. The buffers are allocated at a phase's first step and
 * then reused.
 */
public final class SolverHistory {
  private static final String STEPS = "steps";

  private final Map<String, float[]> buffers = new LinkedHashMap<>();
  private float[] scratch = {};
  private int steps;

  /** Forgets everything: a phase begins. */
  public void clear() {
    buffers.clear();
    scratch = new float[0];
    steps = 0;
  }

  /** Steps done since the phase began. */
  int steps() {
    return steps;
  }

  /** One more step is done. */
  void advance() {
    steps++;
  }

  /** The buffer of that name; zeros when it is new. */
  float[] buffer(String name, int length) {
    return buffers.computeIfAbsent(name, key -> new float[length]);
  }

  /** A buffer whose content means nothing between two steps. */
  float[] scratch(int length) {
    if (scratch.length != length) {
      scratch = new float[length];
    }
    return scratch;
  }

  /** Everything that a checkpoint needs, by name; the arrays are the live ones, not copies. */
  public Map<String, float[]> save() {
    Map<String, float[]> saved = new LinkedHashMap<>(buffers);
    saved.put(STEPS, new float[] {steps});
    return saved;
  }

  /** A history as it was when it was saved; takes the arrays over. */
  public static SolverHistory restore(Map<String, float[]> saved) {
    SolverHistory history = new SolverHistory();
    saved.forEach(
        (name, values) -> {
          if (name.equals(STEPS)) {
            history.steps = (int) values[0];
          } else {
            history.buffers.put(name, values);
          }
        });
    return history;
  }
}
