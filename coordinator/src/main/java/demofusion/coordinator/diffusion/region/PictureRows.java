package demofusion.coordinator.diffusion.region;

/** A picture that is read some rows at a time, wherever it lies. */
@FunctionalInterface
public interface PictureRows {
  /**
   * Copies neighbouring rows.
   *
   * @param from the first row's number, from 0
   * @param rgb interleaved bytes (count, width, 3) from its start on
   */
  void read(int from, int count, byte[] rgb);
}
