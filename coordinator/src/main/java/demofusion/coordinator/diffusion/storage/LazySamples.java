package demofusion.coordinator.diffusion.storage;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Samples computed by the first thread that needs them; others wait for it. */
public final class LazySamples {
  private final Supplier<float[]> computation;
  private float @Nullable [] samples;

  public LazySamples(Supplier<float[]> computation) {
    this.computation = computation;
  }

  public synchronized float[] get() {
    float[] computed = samples;
    if (computed == null) {
      computed = computation.get();
      samples = computed;
    }
    return computed;
  }
}
