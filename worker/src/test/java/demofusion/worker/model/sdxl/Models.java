package demofusion.worker.model.sdxl;

import demofusion.protocol.GoldenData;
import java.nio.file.Path;

/** Model folders of the tests. */
final class Models {
  private Models() {}

  /** The miniature that ships with the product, native 256 pixels. */
  static Path miniature() {
    return GoldenData.path("../../../../deploy/models/miniature").normalize();
  }
}
