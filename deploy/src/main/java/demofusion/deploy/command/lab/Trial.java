package demofusion.deploy.command.lab;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.compare.Painter;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.node.LocalModels;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelId;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What comparing commands have in common: a model in a node, and folders. */
final class Trial {
  private static final String SCRATCH = ".drawing";

  private final Path folder;

  private Trial(Path folder) {
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
    for (RenderSpec spec : choice.of(opened)) {
      RenderPlan.of(spec, opened.geometry(), opened.scheduler())
          .requireMemory(Runtime.getRuntime().maxMemory());
    }
    Path folder =
        options.output == null
            ? free(Path.of("").toAbsolutePath(), name)
            : options.output.toAbsolutePath();
    return new Trial(folder).run(chosen, opened, work);
  }

  private <R> R run(ModelChoice chosen, ModelFolder opened, Work<R> work) {
    Path scratch = folder.resolve(SCRATCH);
    create(scratch);
    try {
      // Given back by the end of the process.
      List<DiffusionModel> models = LocalModels.load(chosen, opened, null);
      try (SingleNode node = SingleNode.start(models)) {
        Painter painter =
            new Painter(node, ModelId.of(models.get(0).card(), chosen.source()), scratch);
        return work.with(painter, folder);
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

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          folder + " cannot be created: " + SafeFile.reason(e) + "; choose another with --output");
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be removed", e);
    }
  }
}
