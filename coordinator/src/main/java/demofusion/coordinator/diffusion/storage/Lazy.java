package demofusion.coordinator.diffusion.storage;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value computed by the first thread that needs them; others wait for it. */
public final class Lazy<T> {
  private final Supplier<T> computation;
  private @Nullable T value;

  public Lazy(Supplier<T> computation) {
    this.computation = computation;
  }

  public synchronized T get() {
    T computed = value;
    if (computed == null) {
      computed = computation.get();
      value = computed;
    }
    return computed;
  }
}
