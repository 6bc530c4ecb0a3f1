package demofusion.coordinator.diffusion.storage;

import demofusion.protocol.latent.Latent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Everything in the heap: for pictures that are small, and for the sequential way. */
public final class HeapStorage implements Storage {
  private final Map<Integer, Latent> phases = new ConcurrentHashMap<>();

  @Override
  public Slab slab(String name, int length) {
    return slab(length);
  }

  /** Room in the heap. */
  public static Slab slab(int length) {
    float[] values = new float[length];
    return new Slab() {
      @Override
      public int[] shape() {
        return new int[] {length};
      }

      @Override
      public void read(int from, float[] into, int at, int count) {
        System.arraycopy(values, from, into, at, count);
      }

      @Override
      public void write(int from, float[] source, int at, int count) {
        System.arraycopy(source, at, values, from, count);
      }
    };
  }

  /** Keeps what a phase ended with. */
  public void keep(int phase, Latent latent) {
    phases.put(phase, latent);
  }

  @Override
  public Samples phaseLatent(int number) {
    Latent latent = phases.get(number);
    if (latent == null) {
      throw new IllegalArgumentException("phase " + number + " has not been kept");
    }
    return Samples.of(latent);
  }
}
