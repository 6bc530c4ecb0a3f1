package demofusion.coordinator.diffusion.storage;

/**
 * Room outside the heap for what a render needs once per timestep and in passing, and the final
 * latents of the phases that it has behind it. {@link HeapStorage} where there is heap enough; a
 * job's folder in the farm.
 */
public interface Storage {
  /** Slabs with fewer values than this, 16 MiB, may lie in the heap all the same. */
  int LARGE = 1 << 22;

  /**
   * Room for that many values; they are undefined until they are written. The room of that name
   * that there was before is gone.
   */
  Slab slab(String name, int length);

  /**
   * What a phase ended with, for a render that is resumed after it.
   *
   * @param number of the phase
   */
  Samples phaseLatent(int number);
}
