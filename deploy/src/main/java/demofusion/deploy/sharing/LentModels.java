package demofusion.deploy.sharing;

import demofusion.worker.model.DiffusionModel;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** What a stay loads, and what is taken off the device after it, whenever loading ends. */
final class LentModels implements Supplier<List<DiffusionModel>>, AutoCloseable {
  private final Supplier<List<DiffusionModel>> models;
  private List<DiffusionModel> loaded = List.of();
  private boolean isOver;

  LentModels(Supplier<List<DiffusionModel>> models) {
    this.models = models;
  }

  /**
   * @throws CancellationException if the stay is over already
   */
  @Override
  public synchronized List<DiffusionModel> get() {
    if (isOver) {
      throw new CancellationException("the card is its owner's again");
    }
    loaded = models.get();
    return loaded;
  }

  /** Waits for loading that is under way. */
  @Override
  public synchronized void close() {
    isOver = true;
    loaded.forEach(DiffusionModel::close);
    loaded = List.of();
  }
}
