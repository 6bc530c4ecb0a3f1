package demofusion.worker.model.torch;

import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.TensorSet;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What libtorch was given of a network: for programs that look at it in other ways. */
public final class NetworkArchive {
  private NetworkArchive() {}

  /** For a network whose source alone matters. */
  public static Weights noWeights() {
    return Weights.of(new TensorSet.Builder("none").build(List.of(), ""), Layout.of(Map.of()));
  }

  /**
   * Writes the TorchScript of a network without its weights.
   *
   * @param network of one of our classes for networks
   */
  public static void write(Object network, Path file) throws IOException {
    Object blueprint = field(field(network, "network"), "blueprint");
    Files.write(file, (byte[]) field(blueprint, "archive"));
  }

  private static Object field(Object of, String name) {
    try {
      Field field = of.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(of.getClass() + " calls its " + name + " otherwise now", e);
    }
  }
}
