package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.coordinator.diffusion.storage.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a multistep solver remembers of the phase so far: named slabs of the latent's length and the
 * number of steps since the phase began. It is looked at once per step, so it lies in a {@link
 * Storage} meanwhile.
 */
public final class SolverHistory {
  private static final String SLAB = "history-";

  private final Storage storage;
  private final Map<String, Slab> slabs = new LinkedHashMap<>();
  private float @Nullable [] lent;
  private float[] scratch = {};
  private int steps;
  private int evaluation; // of the step that is being made

  /** An empty history in the heap. */
  public SolverHistory() {
    this(new HeapStorage());
  }

  public SolverHistory(Storage storage) {
    this.storage = storage;
  }

  /** Forgets everything: a phase begins. */
  public void clear() {
    slabs.clear();
    lent = null;
    scratch = new float[0];
    steps = 0;
    evaluation = 0;
  }

  /** Steps done since the phase began. */
  public int steps() {
    return steps;
  }

  /** Which of a step's evaluations comes next: 0, or 1 where the step is half done. */
  public int evaluation() {
    return evaluation;
  }

  /**
   * One more evaluation is done.
   *
   * @param evaluations of the step that is being made
   */
  void advance(int evaluations) {
    evaluation++;
    if (evaluation == evaluations) {
      evaluation = 0;
      steps++;
    }
  }

  /** The slab of that name; undefined before the phase's first step has written it. */
  Slab slab(String name, int length) {
    return slabs.computeIfAbsent(name, key -> storage.slab(SLAB + key, length));
  }

  /** Copies a band of a slab; zeros at the phase's first evaluation. */
  void recall(Slab slab, int from, float[] band, int count) {
    if (steps > 0 || evaluation > 0) {
      slab.read(from, band, 0, count);
    }
  }

  /**
   * Lends an array that is idle during a step, for {@link #scratch}.
   *
   * @param idle may be null
   */
  public void lend(float @Nullable [] idle) {
    lent = idle;
  }

  /** A buffer whose content means nothing between two steps. */
  float[] scratch(int length) {
    if (lent != null && lent.length == length) {
      return lent;
    }
    if (scratch.length != length) {
      scratch = new float[length];
    }
    return scratch;
  }

  /**
   * The slabs that a checkpoint needs, by name: the live ones, not copies, good until the next
   * step.
   */
  public Map<String, Samples> save() {
    return new LinkedHashMap<>(slabs);
  }

  /** Becomes the history that was saved after so many steps, and evaluations of the next. */
  public void restore(Map<String, Samples> saved, int stepsDone, int evaluationsDone) {
    clear();
    steps = stepsDone;
    evaluation = evaluationsDone;
    saved.forEach(
        (name, samples) -> {
          Slab slab = slab(name, samples.length());
          Bands.forEach(
              samples.length(),
              () -> {
                float[] band = new float[Bands.LENGTH];
                return (from, count) -> {
                  samples.read(from, band, 0, count);
                  slab.write(from, band, 0, count);
                };
              });
        });
  }
}
