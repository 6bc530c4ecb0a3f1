package demofusion.deploy.node;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.fetch.StoredCheckpoint;
import demofusion.deploy.fetch.WorkerStore;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker's node serves: one or more models on one device, of this machine or of the
 * coordinator's store, or a synthetic model.
 */
public final class ServedModels {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModels.class);

  /** In place of a name: whatever checkpoint of the store is wanted, as soon as there is one. */
  private static final String STORE = "store";

  private final List<String> models;
  private final Terms terms;
  private final WorkerStore store;
  private final Optional<SyntheticChoice> synthetic;

  /**
   * On which device, and how.
   *
   * @param vae in place of the models' own; null: none
   * @param config whose configurations models in one file have; null: what their tensors say
   */
  private record Terms(
      Optional<String> device,
      Optional<Precision> precision,
      @Nullable String vae,
      @Nullable String config) {
    /** The same for a file whose store has configurations for it. */
    Terms with(Optional<Path> stored) {
      return new Terms(device, precision, vae, stored.map(Path::toString).orElse(config));
    }

    ModelSource source(Path base) {
      return new ModelSource(
          base.toString(), null, vae, Files.isRegularFile(base) ? config : null);
    }
  }

  private ServedModels(
      List<String> models, Terms terms, WorkerStore store, Optional<SyntheticChoice> synthetic) {
    this.models = List.copyOf(models);
    this.terms = terms;
    this.store = store;
    this.synthetic = synthetic;
  }

  /**
   * @param synthetic what the synthetic model is to be; null: none is wanted
   * @param store where files are that this machine does not have
   */
  public static ServedModels of(Settings settings, @Nullable String synthetic, WorkerStore store) {
    return new ServedModels(
        synthetic == null ? settings.list(Setting.MODEL) : List.of(),
        new Terms(
            settings.find(Setting.DEVICE),
            settings.find(Setting.PRECISION).map(Precision::parse),
            settings.find(Setting.VAE).orElse(null),
            settings.find(Setting.MODEL_CONFIG).orElse(null)),
        store,
        Optional.ofNullable(synthetic).map(SyntheticChoice::parse));
  }

  /** Of the worker: host and device, and the process where several may share a device. */
  public String defaultName() {
    String device = synthetic.isPresent() ? "synthetic" : ModelChoice.deviceName(terms.device());
    String process = device.startsWith("cuda") ? "" : "-" + ProcessHandle.current().pid();
    return (host() + "-" + device + process).replaceAll("[^A-Za-z0-9._-]", "");
  }

  private static String host() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      int dot = name.indexOf('.');
      return dot > 0 ? name.substring(0, dot) : name;
    } catch (UnknownHostException e) {
      return "worker";
    }
  }

  private record Opened(ModelChoice choice, ModelFolder folder) {}

  /** A model that is here, opened, or how one comes here. */
  private interface Coming {
    Opened arrive();
  }

  /**
   * Opens what is on this machine, which refuses what cannot be used.
   *
   * @return fetches the rest and puts all of it on its device, where it stays as long as the
   *     process lives
   */
  public Supplier<List<DiffusionModel>> open() {
    if (synthetic.isPresent()) {
      return () -> announced(List.of(synthetic.get().model()));
    }
    if (models.isEmpty()) {
      Coming usual = usual();
      return () -> load(List.of(usual));
    }
    List<Coming> coming = new ArrayList<>();
    for (String model : models) {
      coming.add(coming(model));
    }
    return () -> load(coming);
  }

  /** Nobody said which: one of the store, if it has any, else the miniature that ships. */
  private Coming usual() {
    if (store.isTold()) {
      return () -> store.wantedCheckpoint().map(this::open).orElseGet(this::miniature);
    }
    Opened miniature = miniature();
    return () -> miniature;
  }

  private Opened miniature() {
    return open(terms.source(ModelLocation.resolve(null)));
  }

  private Coming coming(String model) {
    Path path = Path.of(model);
    if (model.equals(STORE) && !Files.exists(path)) {
      return () -> open(store.awaitCheckpoint());
    }
    if (path.getNameCount() == 1 && !path.isAbsolute() && !Files.exists(path) && store.isKnown()) {
      return () ->
          open(
              store
                  .checkpoint(model)
                  .orElseThrow(
                      () ->
                          DemofusionException.badModel(
                              "there is no folder or file "
                                  + model
                                  + " here, and the coordinator's store has no checkpoint of that"
                                  + " name; demofusion models list lists what it has")));
    }
    Opened here = open(terms.source(path));
    return () -> here;
  }

  private Opened open(StoredCheckpoint checkpoint) {
    return open(terms.with(checkpoint.config()).source(checkpoint.file()));
  }

  private Opened open(ModelSource source) {
    ModelChoice choice = new ModelChoice(source, terms.device(), terms.precision());
    return new Opened(choice, choice.open());
  }

  private List<DiffusionModel> load(List<Coming> coming) {
    List<DiffusionModel> loaded = new ArrayList<>();
    for (Coming each : coming) {
      Opened opened = each.arrive();
      loaded.add(opened.choice().load(opened.folder(), store.files()));
    }
    return announced(loaded);
  }

  private static List<DiffusionModel> announced(List<DiffusionModel> models) {
    for (DiffusionModel model : models) {
      LOG.info(
          "event=model-loaded model={} hash={} device={} precision={}",
          model.card().name(),
          model.card().hash(),
          model.card().device(),
          model.card().precision());
    }
    return models;
  }
}
