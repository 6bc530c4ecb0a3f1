package demofusion.deploy.node;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelLocation;
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

/** What a worker's node serves: one or more models on one device, or a synthetic model. */
public final class ServedModels {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModels.class);

  private final List<ModelChoice> choices;
  private final Optional<SyntheticChoice> synthetic;

  private ServedModels(List<ModelChoice> choices, Optional<SyntheticChoice> synthetic) {
    this.choices = choices;
    this.synthetic = synthetic;
  }

  /**
   * @param synthetic what the synthetic model is to be; null: none is wanted
   */
  public static ServedModels of(Settings settings, @Nullable String synthetic) {
    if (synthetic != null) {
      return new ServedModels(List.of(), Optional.of(SyntheticChoice.parse(synthetic)));
    }
    Optional<Precision> precision = settings.find(Setting.PRECISION).map(Precision::parse);
    List<Path> folders =
        new ArrayList<>(settings.list(Setting.MODEL).stream().map(Path::of).toList());
    if (folders.isEmpty()) {
      folders.add(ModelLocation.resolve(null));
    }
    List<ModelChoice> choices = new ArrayList<>();
    String vae = settings.find(Setting.VAE).orElse(null);
    String config = settings.find(Setting.MODEL_CONFIG).orElse(null);
    for (Path base : folders) {
      ModelSource source =
          new ModelSource(
              base.toString(), null, vae, Files.isRegularFile(base) ? config : null);
      choices.add(new ModelChoice(source, settings.find(Setting.DEVICE), precision));
    }
    return new ServedModels(choices, Optional.empty());
  }

  /** Of the worker: host and device, and the process where several may share a device. */
  public String defaultName() {
    String device = choices.isEmpty() ? "synthetic" : choices.get(0).deviceName();
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

  /**
   * Opens their folders, which refuses what cannot be used.
   *
   * @return puts them on their device; they stay there as long as the process lives
   */
  public Supplier<List<DiffusionModel>> open() {
    List<ModelFolder> folders = choices.stream().map(ModelChoice::open).toList();
    return () -> load(folders);
  }

  private List<DiffusionModel> load(List<ModelFolder> folders) {
    List<DiffusionModel> models = new ArrayList<>();
    synthetic.ifPresent(choice -> models.add(choice.model()));
    for (int n = 0; n < choices.size(); n++) {
      models.add(choices.get(n).load(folders.get(n)));
    }
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
