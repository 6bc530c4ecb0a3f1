package demofusion.deploy.command.lab;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.NamedFiles;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.compare.Painter;
import demofusion.deploy.compare.PicturePainter;
import demofusion.deploy.compare.stress.FarmPainter;
import demofusion.deploy.model.FarmModelName;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.node.LocalModels;
import demofusion.deploy.node.SingleNode;
import demofusion.deploy.plan.MemoryNeed;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.MethodRules;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What comparing commands have in common: a model in a node, and folders. */
final class Trial {
  private static final String SCRATCH = ".drawing";

  private final TrialOptions options;
  private final Path folder;

  private Trial(TrialOptions options, Path folder) {
    this.options = options;
    this.folder = folder;
  }

  /** What is done with a painter. */
  interface Work<R> {
    R with(Painter painter, Path folder);
  }

  /** What is drawn, once the model is known; whatever cannot be is refused before any is drawn. */
  interface Choice {
    List<RenderSpec> of(ModelFolder folder);
  }

  /**
   * @param name of the folder, where none was given
   */
  static <R> R run(
      ModelOptions model, TrialOptions options, String name, Choice choice, Work<R> work) {
    ModelChoice chosen = model.choice();
    ModelFolder opened = chosen.open();
    requireDrawable(opened, choice, library(options, chosen));
    return in(options, name).run(chosen, opened, work);
  }

  /**
   * The same with several models, one after the other; all draw pictures of one size.
   *
   * @param begin makes what collects all that is drawn
   * @param work is done with each
   */
  static <R> R run(
      List<ModelChoice> models,
      TrialOptions options,
      String name,
      Choice choice,
      Function<Path, R> begin,
      Each<R> work) {
    List<ModelFolder> opened = models.stream().map(ModelChoice::open).toList();
    OneSize sizes = new OneSize();
    for (int n = 0; n < opened.size(); n++) {
      ModelFolder model = opened.get(n);
      ModelChoice chosen = models.get(n);
      sizes.add(model.name(), () -> requireDrawable(model, choice, library(options, chosen)));
    }
    sizes.require();
    Trial trial = in(options, name);
    R all = begin.apply(trial.folder);
    List<String> labels = labels(opened.stream().map(ModelFolder::name).toList());
    for (int n = 0; n < models.size(); n++) {
      trial.with(models.get(n), opened.get(n), labels.get(n), all, work);
    }
    return all;
  }

  /** Of models that have one name, the later ones are numbered. */
  private static List<String> labels(List<String> names) {
    List<String> labels = new ArrayList<>();
    for (String name : names) {
      labels.add(labels.contains(name) ? name + " " + (labels.size() + 1) : name);
    }
    return labels;
  }

  /**
   * The farm's models that are meant; a single null is the only one that it has.
   *
   * @param models null: none but the model's own option
   */
  static List<@Nullable String> namesOnFarm(
      @Nullable List<String> models, ModelOptions model, Consumer<String> say) {
    List<@Nullable String> names = new ArrayList<>();
    for (String each : models == null ? Collections.singletonList(model.typed()) : models) {
      names.add(each == null ? null : FarmModelName.of(each.strip(), say));
    }
    return names;
  }

  /**
   * The same on a farm, with models that its workers have.
   *
   * @param names by name or hash; a single null for the only one that there is
   * @param drawn what is drawn first with each model: whatever cannot be is refused before any is
   */
  static <R> R run(
      FarmClient farm,
      List<@Nullable String> names,
      TrialOptions options,
      String name,
      Function<FarmPainter, List<RenderSpec>> drawn,
      Function<Path, R> begin,
      Each<R> work) {
    Trial trial = in(options, name);
    Path scratch = trial.folder.resolve(SCRATCH);
    List<FarmPainter> painters =
        names.stream().map(each -> new FarmPainter(farm, each, scratch)).toList();
    OneSize sizes = new OneSize();
    for (FarmPainter painter : painters) {
      ModelSettings settings = painter.settings();
      for (RenderSpec spec : drawn.apply(painter)) {
        MethodRules.require(spec);
        sizes.add(
            painter.model(), () -> painter.plan(RecommendedSettings.fill(spec, settings)).size());
      }
    }
    sizes.require();
    create(trial.folder);
    try {
      R all = begin.apply(trial.folder);
      List<String> labels = labels(painters.stream().map(FarmPainter::model).toList());
      for (int n = 0; n < painters.size(); n++) {
        work.with(all, painters.get(n), labels.get(n));
      }
      return all;
    } finally {
      remove(scratch);
    }
  }

  private <R> void with(ModelChoice chosen, ModelFolder opened, String label, R all, Each<R> work) {
    R unused =
        run(
            chosen,
            opened,
            (painter, place) -> {
              work.with(all, painter, label);
              return all;
            });
  }

  /**
   * What is done with each of several painters.
   *
   * @param <R> what collects all that is drawn
   */
  interface Each<R> {
    /**
     * @param label of the painter's model
     */
    void with(R all, PicturePainter painter, String label);
  }

  /** The size of the pictures; refuses those that cannot be drawn. */
  private static PixelExtent requireDrawable(
      ModelFolder model, Choice choice, LocalLibrary library) {
    PixelExtent size = new PixelExtent(1, 1);
    for (RenderSpec spec : choice.of(model)) {
      MethodRules.require(spec);
      RenderSpec whole = NamedFiles.find(RecommendedSettings.fill(spec, model.settings()), library);
      RenderPlan plan = RenderPlan.of(whole, model.geometry(), model.scheduler());
      plan.requireMemory(Runtime.getRuntime().maxMemory());
      size = plan.pictureSize();
    }
    return size;
  }

  private static LocalLibrary library(TrialOptions options, ModelChoice model) {
    return new LocalLibrary(options.places(Path.of(model.source().base())));
  }

  private static Trial in(TrialOptions options, String name) {
    return new Trial(
        options,
        options.output == null
            ? free(Path.of("").toAbsolutePath(), name)
            : options.output.toAbsolutePath());
  }

  private <R> R run(ModelChoice chosen, ModelFolder opened, Work<R> work) {
    Path scratch = folder.resolve(SCRATCH);
    remove(scratch); // of one that was killed
    create(scratch);
    try {
      LocalLibrary library = library(options, chosen);
      List<DiffusionModel> models = LocalModels.load(chosen, opened, null, library::path);
      DiffusionModel drawing = models.get(0);
      try (SingleNode node = SingleNode.start(models)) {
        Painter painter =
            new Painter(
                node,
                ModelId.of(drawing.card(), chosen.source()),
                opened.settings(),
                spec -> NamedFiles.find(spec, library),
                plan ->
                    MemoryNeed.of(
                            plan,
                            opened.architecture(),
                            drawing.card(),
                            drawing.lanes(plan.spec().threads()))
                        .bytes(),
                scratch);
        return work.with(painter, folder);
      } finally {
        models.forEach(DiffusionModel::close); // another may come after it
      }
    } finally {
      remove(scratch);
    }
  }

  private static Path free(Path place, String name) {
    Path folder = place.resolve(name);
    for (int n = 2; Files.exists(folder); n++) {
      folder = place.resolve(name + "-" + n);
    }
    return folder;
  }

  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          folder + " cannot be created: " + SafeFile.reason(e) + "; choose another with --output");
    }
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be removed", e);
    }
  }
}
