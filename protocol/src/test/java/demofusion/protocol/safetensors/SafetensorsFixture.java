package demofusion.protocol.safetensors;

import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Files of tensors for tests. */
public final class SafetensorsFixture {
  private SafetensorsFixture() {}

  /**
   * Writes a file, replacing what was there.
   *
   * @param tensors in the order in which they are to lie in the file
   */
  public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      SafetensorsWriter.toChannel(channel, tensors, metadata);
    }
  }
}
