package demofusion.deploy.selftest;

import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import java.util.function.Consumer;

/**
 * The device that is tested, and what checks may ask of it.
 *
 * @param model loaded on it already, and not closed by any check
 * @param threads CPU threads of one forward
 * @param quick whether little will do
 * @param loader puts further models on the same device
 * @param progress takes sentences for whoever waits
 */
public record SelftestDevice(
    DiffusionModel model,
    int threads,
    boolean quick,
    ModelLoader loader,
    Consumer<String> progress) {
  /** Puts a model on the device that is tested; whoever asked closes it. */
  @FunctionalInterface
  public interface ModelLoader {
    DiffusionModel load(ModelSource source, Precision precision);
  }

  public boolean isGpu() {
    return !model.card().deviceKind().equals("cpu");
  }

  /** In which text towers and UNet of the model run. */
  public Precision precision() {
    return model.card().precision();
  }
}
