package demofusion.protocol;

import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the golden data lies: what the reference computes, made by the scripts beside it. */
public final class GoldenData {
  private static final Path HERE = Path.of("protocol", "src", "test", "golden");

  private GoldenData() {}

  /** A golden file or folder, by its path below {@code protocol/src/test/golden}. */
  public static Path path(String name) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(HERE))) {
        return folder.resolve(HERE).resolve(name);
      }
    }
    throw new IllegalStateException("no " + HERE + " above " + Path.of("").toAbsolutePath());
  }

  /** The tiny SDXL folder, native 128 pixels. */
  public static Path tinySdxl() {
    return path("tiny-sdxl");
  }

  /** The tensors of a golden safetensors file. */
  public static SafetensorsFile tensors(String name) {
    return SafetensorsFile.open(path(name));
  }
}
