package demofusion.deploy;

import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;

/** The golden data's tiny SDXL on the CPU. */
final class TinyModel {
  private TinyModel() {}

  static DiffusionModel load() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
    return folder.load("cpu", Precision.FLOAT32);
  }
}
