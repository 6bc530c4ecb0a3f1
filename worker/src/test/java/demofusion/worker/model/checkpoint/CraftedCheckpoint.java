package demofusion.worker.model.checkpoint;

import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A copy of a single file that a test may change. */
public final class CraftedCheckpoint {
  private final Map<String, SafetensorsWriter.Raw> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private CraftedCheckpoint() {}

  public static CraftedCheckpoint copyOf(Path path) {
    CraftedCheckpoint copy = new CraftedCheckpoint();
    SafetensorsFile file = SafetensorsFile.open(path);
    for (SafetensorsFile.Entry entry : file.entries()) {
      copy.tensors.put(
          entry.name(),
          new SafetensorsWriter.Raw(entry.dtype(), entry.shape(), () -> file.bytes(entry.name())));
    }
    copy.metadata.putAll(file.metadata());
    return copy;
  }

  /** Gives every tensor another name; empty: it is left out. */
  public CraftedCheckpoint rename(UnaryOperator<String> change) {
    Map<String, SafetensorsWriter.Raw> before = new LinkedHashMap<>(tensors);
    tensors.clear();
    before.forEach(
        (name, tensor) -> {
          String changed = change.apply(name);
          if (!changed.isEmpty()) {
            tensors.put(changed, tensor);
          }
        });
    return this;
  }

  public CraftedCheckpoint add(String name, DType type, byte[] bytes, long... shape) {
    tensors.put(name, new SafetensorsWriter.Raw(type, shape, () -> ByteBuffer.wrap(bytes)));
    return this;
  }

  public CraftedCheckpoint note(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  public CraftedCheckpoint change(String name, UnaryOperator<SafetensorsWriter.Raw> change) {
    tensors.computeIfPresent(name, (key, tensor) -> change.apply(tensor));
    return this;
  }

  public Path write(Path path) {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafetensorsWriter.copy(channel, tensors, metadata);
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
