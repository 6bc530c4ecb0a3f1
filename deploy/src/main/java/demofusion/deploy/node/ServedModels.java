package demofusion.deploy.node;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.fetch.StoredCheckpoint;
import demofusion.deploy.fetch.WorkerStore;
import demofusion.deploy.model.FastAccumulation;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.ReloadedModel;
import demofusion.worker.model.folder.ModelFolder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final List<String> models;
  private final Terms terms;
  private final WorkerStore store;
  private final Optional<SyntheticChoice> synthetic;

  /** On which device, how, and with which parts and configurations in place of the models' own. */
  private record Terms(
      Optional<String> device,
      Optional<Precision> precision,
      MemoryLimit memory,
      Optional<String> vae,
      Optional<String> config,
      Optional<Duration> unloadAfter) {}

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
            precision(settings),
            MemoryLimit.parse(settings.text(Setting.MEMORY)),
            settings.find(Setting.VAE),
            settings.find(Setting.MODEL_CONFIG),
            unloadAfter(settings)),
        store,
        Optional.ofNullable(synthetic).map(SyntheticChoice::parse));
  }

  private static Optional<Duration> unloadAfter(Settings settings) {
    Optional<Duration> time = settings.findDuration(Setting.UNLOAD_AFTER);
    if (time.filter(given -> given.compareTo(SHORTEST) < 0).isPresent()) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be at least %s s, or the model would be loaded again and again"
              .formatted(
                  settings.name(Setting.UNLOAD_AFTER),
                  settings.text(Setting.UNLOAD_AFTER),
                  SHORTEST.toSeconds()));
    }
    return time;
  }

  private static Optional<Precision> precision(Settings settings) {
    Optional<Precision> given =
        Precision.withWeights(
            settings.find(Setting.PRECISION).map(Precision::parse), settings.find(Setting.WEIGHTS));
    return settings.flag(Setting.FAST_ACCUMULATION)
        ? Optional.of(FastAccumulation.of(given, settings.find(Setting.DEVICE)))
        : given;
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
      return () -> announced(List.of(reloaded(synthetic.get()::model)));
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
    return open(ModelLocation.resolve(null), Optional.empty());
  }

  private Coming coming(String model) {
    Path path = Path.of(model);
    if (model.equals(STORE) && !Files.exists(path)) {
      return () -> open(store.awaitCheckpoint());
    }
    if (isName(path)) {
      return () -> open(store.checkpoint(model));
    }
    if (terms.vae().map(Path::of).filter(this::isName).isPresent()) {
      return () -> open(path, Optional.empty());
    }
    Opened here = open(path, Optional.empty());
    return () -> here;
  }

  /** Whether it is nothing on this machine, and may be something in the store. */
  private boolean isName(Path path) {
    return path.getNameCount() == 1 && !path.isAbsolute() && !Files.exists(path) && store.isKnown();
  }

  private Opened open(StoredCheckpoint checkpoint) {
    return open(checkpoint.file(), checkpoint.config());
  }

  /**
   * @param ownConfig that came with the model; the settings' is another that was wanted
   */
  private Opened open(Path base, Optional<Path> ownConfig) {
    Optional<String> vae =
        terms.vae().map(text -> isName(Path.of(text)) ? store.vae(text).toString() : text);
    ModelSource source =
        new ModelSource(base.toString(), null, vae.orElse(null), config(base, ownConfig));
    ModelChoice choice =
        new ModelChoice(
            source, terms.device(), terms.precision(), terms.memory().sharedBy(models.size()));
    return new Opened(choice, choice.open());
  }

  /** Beside single files a folder keeps its own; where there are only folders, it is refused. */
  private @Nullable String config(Path base, Optional<Path> ownConfig) {
    if (Files.isRegularFile(base)) {
      return terms.config().or(() -> ownConfig.map(Path::toString)).orElse(null);
    }
    boolean isForNone = models.stream().map(Path::of).allMatch(Files::isDirectory);
    return isForNone ? terms.config().orElse(null) : null;
  }

  private List<DiffusionModel> load(List<Coming> coming) {
    List<DiffusionModel> loaded = new ArrayList<>();
    for (Coming each : coming) {
      Opened opened = each.arrive();
      loaded.add(reloaded(() -> opened.choice().load(opened.folder(), store.files())));
    }
    return announced(loaded);
  }

  private DiffusionModel reloaded(Supplier<? extends DiffusionModel> load) {
    return new ReloadedModel(load, terms.unloadAfter().orElse(null));
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
