package demofusion.coordinator.diffusion.storage;

/**
 * Samples that can be written piece by piece: as many as a latent has, laid aside between two looks
 * at them. Different pieces may be read and written by different threads at the same time.
 */
public interface Slab extends Samples {
  /** Replaces some of the values by those that lie in {@code values} from {@code at} on. */
  void write(int from, float[] values, int at, int count);
}
