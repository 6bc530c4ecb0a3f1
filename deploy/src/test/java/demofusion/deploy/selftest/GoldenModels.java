package demofusion.deploy.selftest;

import demofusion.deploy.selftest.golden.GoldenModel;
import demofusion.protocol.GoldenData;
import java.nio.file.Path;
import java.util.List;

/** The golden models as they lie in the sources. */
public final class GoldenModels {
  private static final Path ANSWERS = Path.of("selftest");

  private GoldenModels() {}

  public static GoldenModel miniature() {
    return GoldenModel.of("miniature", Path.of("models", "miniature"), ANSWERS);
  }

  public static GoldenModel tinySd() {
    return GoldenModel.of("tiny-sd15", GoldenData.path("models/tiny-sd15"), ANSWERS);
  }

  public static List<GoldenModel> all() {
    return List.of(miniature(), tinySd());
  }
}
