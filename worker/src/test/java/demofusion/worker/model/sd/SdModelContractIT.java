package demofusion.worker.model.sd;

import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.DiffusionModelContract;
import demofusion.worker.model.folder.ModelFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The tiny SD 1.5 keeps what every model promises. */
class SdModelContractIT extends DiffusionModelContract {
  private static DiffusionModel model;

  @BeforeAll
  static void load() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.path("models/tiny-sd15")));
    model = folder.load("cpu", Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Override
  protected DiffusionModel model() {
    return model;
  }

  /**
   * A batch of two is not added up in the order of a batch of one, and guidance multiplies that.
   */
  @Override
  protected double guidanceTolerance() {
    return 5e-5;
  }
}
