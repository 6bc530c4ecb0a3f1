package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;

/**
 * A float32 tensor that stays in its file, which is mapped for as long as anybody reads it.
 *
 * @param source where it lies
 */
record MappedSamples(SafetensorsWriter.Source source) implements Samples {
  /**
   * @throws DemofusionException BAD_MODEL if there is no such tensor, or it is not float32
   */
  static MappedSamples of(SafetensorsFile file, String name) {
    return new MappedSamples(SafetensorsWriter.Source.of(file, name));
  }

  @Override
  public int[] shape() {
    return source.shape();
  }

  @Override
  public void read(int from, float[] into, int at, int count) {
    source.reading().read(from, into, at, count);
  }
}
