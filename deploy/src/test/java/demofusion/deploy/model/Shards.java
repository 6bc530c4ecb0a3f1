package demofusion.deploy.model;

import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file's tensors in two files, every second one in each. */
final class Shards {
  private Shards() {}

  static void split(Path whole, Path first, Path second) {
    SafetensorsFile file = SafetensorsFile.open(whole);
    Map<String, SafetensorsWriter.Raw> even = new LinkedHashMap<>();
    Map<String, SafetensorsWriter.Raw> odd = new LinkedHashMap<>();
    int n = 0;
    for (SafetensorsFile.Entry entry : file.entries()) {
      (n++ % 2 == 0 ? even : odd)
          .put(
              entry.name(),
              new SafetensorsWriter.Raw(
                  entry.dtype(), entry.shape(), () -> file.bytes(entry.name())));
    }
    SafeFile.write(first, channel -> SafetensorsWriter.copy(channel, even, Map.of()));
    SafeFile.write(second, channel -> SafetensorsWriter.copy(channel, odd, Map.of()));
  }
}
