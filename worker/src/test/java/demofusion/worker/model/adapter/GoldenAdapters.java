package demofusion.worker.model.adapter;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Work;
import demofusion.worker.model.AdditionFiles;
import java.nio.file.Path;

/** The tiny adapters among the golden data, and the encoder that all of them read. */
public final class GoldenAdapters {
  public static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("conditioning/networks.safetensors"));

  /** Where the files are, by hashes that say which they are. */
  public static final AdditionFiles FILES = GoldenAdapters::path;

  private static final String ENCODER = "e".repeat(64);

  private GoldenAdapters() {}

  public static AdapterPair pair(String name) {
    return AdapterPair.open(file(name), null);
  }

  public static Path file(String name) {
    return GoldenData.path("conditioning/ip-adapter/" + name + ".safetensors");
  }

  /** Stands for the hash of a file. */
  public static String hash(String name) {
    return switch (name) {
      case "tiny-sdxl" -> "1".repeat(64);
      case "tiny-sdxl-plus" -> "2".repeat(64);
      case "tiny-sd15" -> "3".repeat(64);
      default -> "4".repeat(64);
    };
  }

  private static Path path(String hash) {
    if (hash.equals(ENCODER)) {
      return GoldenData.path("conditioning/ip-adapter/image_encoder/model.safetensors");
    }
    return switch (hash.charAt(0)) {
      case '1' -> file("tiny-sdxl");
      case '2' -> file("tiny-sdxl-plus");
      case '3' -> file("tiny-sd15");
      default -> file("tiny-sd15-full");
    };
  }

  /** An adapter that looks at pictures. */
  public static Work.EncodeImage work(String name, Tensor pixels) {
    return new Work.EncodeImage(hash(name), ENCODER, pair(name).shape(), pixels);
  }

  /** The picture that all golden tokens are of. */
  public static Tensor scene() {
    return golden("image_encoder.scene.pixels");
  }

  public static Tensor golden(String name) {
    return GOLDEN.tensor("ip-adapter." + name);
  }
}
