package demofusion.worker.model.lora;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A LoRA file put together tensor by tensor, to be as wrong as a test wants it. */
final class CraftedLora {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  CraftedLora metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** All of one value. */
  CraftedLora tensor(String name, float value, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Arrays.fill(tensor.values(), value);
    tensors.put(name, tensor);
    return this;
  }

  CraftedLora values(String name, int[] shape, float... values) {
    tensors.put(name, new Tensor(shape, values));
    return this;
  }

  /** A pair of a kohya file, rank 4. */
  CraftedLora pair(String stem, int out, int in) {
    return tensor(stem + ".lora_down.weight", 0.1f, 4, in)
        .tensor(stem + ".lora_up.weight", 0.1f, out, 4);
  }

  CraftedLora alpha(String stem, float alpha) {
    return tensor(stem + ".alpha", alpha);
  }

  Path write(Path folder) throws IOException {
    Path file = folder.resolve("crafted.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      SafetensorsWriter.toChannel(channel, tensors, metadata);
    }
    return file;
  }
}
