package demofusion.deploy.node;

import demofusion.deploy.launch.Gpus;
import demofusion.deploy.model.ModelChoice;
import demofusion.protocol.DemofusionException;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One model for several workers in this process: on every GPU where there are several and none was
 * named, else once, and the workers share its device.
 */
public final class LocalModels {
  private static final int MOST_WORKERS = 64;

  private LocalModels() {}

  /**
   * @param workers null: one for each GPU, or one
   * @return one for each worker; some may be the same model
   */
  public static List<DiffusionModel> load(
      ModelChoice choice, ModelFolder folder, @Nullable Integer workers) {
    return load(choice, folder, workers, AdditionFiles.NONE);
  }

  /**
   * The same for work that names files beside the model.
   *
   * @param additions where they are
   */
  public static List<DiffusionModel> load(
      ModelChoice choice, ModelFolder folder, @Nullable Integer workers, AdditionFiles additions) {
    if (workers != null && (workers < 1 || workers > MOST_WORKERS)) {
      throw DemofusionException.badRequest(
          "workers " + workers + " must be between 1 and " + MOST_WORKERS);
    }
    List<String> devices = devices(choice.device(), Gpus::count);
    int count = workers == null ? devices.size() : workers;
    List<DiffusionModel> loaded = new ArrayList<>();
    for (String device : devices.subList(0, Math.min(count, devices.size()))) {
      loaded.add(choice.onDevice(device).load(folder, additions));
    }
    List<DiffusionModel> models = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int place = n % loaded.size();
      int sharedBy = (count - place + loaded.size() - 1) / loaded.size();
      models.add(new ModelInUse(loaded.get(place), sharedBy));
    }
    return models;
  }

  /** The devices that workers are spread over. */
  static List<String> devices(Optional<String> named, IntSupplier gpus) {
    if (named.isPresent()) {
      return List.of(named.get());
    }
    int count = gpus.getAsInt();
    List<String> devices = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      devices.add("cuda:" + n);
    }
    return devices.isEmpty() ? List.of("cpu") : devices;
  }
}
