package demofusion.deploy.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.worker.model.checkpoint.Checkpoint;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.folder.ModelFamily;
import demofusion.worker.model.folder.ModelFamily.TextPart;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.text.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code inspect} finds out about a folder or a file.
 *
 * @param folder or file, as it was given
 * @param model null: it cannot be read
 * @param file what a single file is; null for a folder, and for what no checkpoint is
 * @param problem why the model cannot be used, in one sentence; null where it can
 * @param missing files and folders that a folder of its family has and this one has not
 */
public record ModelReport(
    String folder,
    @Nullable Facts model,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SingleFileReport file,
    @Nullable String problem,
    List<String> missing) {
  private static final List<String> FILES =
      List.of("model_index.json", "scheduler/scheduler_config.json");
  private static final String WEIGHTS = ".safetensors";

  /**
   * A folder that can be read.
   *
   * @param nativeSide of its pictures, in pixels
   * @param window its side in latent samples
   * @param ownSettings what it recommends where a request is silent
   * @param schedulerClass as scheduler_config.json names it
   */
  public record Facts(
      String name,
      int nativeSide,
      int window,
      int latentChannels,
      int vaeScaleFactor,
      String schedulerClass,
      boolean vaeNeedsFloat32,
      boolean forceZerosForEmptyPrompt,
      long parameters,
      long storedBytes,
      String hash,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> ownSettings,
      List<PartReport> parts) {}

  /** Looks at a folder or a file; what is wrong with it is part of the answer. */
  public static ModelReport of(ModelSource source) {
    List<String> missing = List.of();
    try {
      missing = missing(HubCache.filesOf(Path.of(source.base())));
      ModelFolder model = ModelFolder.open(source);
      Checkpoint checkpoint = model.checkpoint();
      return new ModelReport(
          source.base(),
          facts(model),
          checkpoint == null ? null : SingleFileReport.of(checkpoint, model),
          problem(model.scheduler()),
          missing);
    } catch (DemofusionException e) {
      return new ModelReport(source.base(), null, recognised(source), e.userMessage(), missing);
    }
  }

  /** What a file is that cannot be used as it is: without its VAE, say. */
  private static @Nullable SingleFileReport recognised(ModelSource source) {
    Path file = HubCache.filesOf(Path.of(source.base()));
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      return SingleFileReport.of(Checkpoint.read(file, null), null);
    } catch (DemofusionException e) {
      return null; // nothing that could be recognised
    }
  }

  public boolean usable() {
    return problem == null;
  }

  /** Why the folder's own solver cannot draw; others may. */
  private static @Nullable String problem(SchedulerConfig scheduler) {
    try {
      Schedulers.requireOwn(scheduler);
      return null;
    } catch (DemofusionException e) {
      return e.userMessage();
    }
  }

  private static Facts facts(ModelFolder model) {
    List<PartReport> parts = new ArrayList<>();
    model.parts().forEach(part -> parts.add(PartReport.of(part)));
    return new Facts(
        model.name(),
        model.geometry().nativeSide(),
        model.geometry().sampleSize(),
        model.geometry().latentChannels(),
        model.geometry().vaeScaleFactor(),
        String.valueOf(model.scheduler().values().get("_class_name")),
        model.vae().config().forceUpcast(),
        model.forceZerosForEmptyPrompt(),
        parts.stream().mapToLong(PartReport::parameters).sum(),
        parts.stream().mapToLong(PartReport::storedBytes).sum(),
        model.hash(),
        model.settings().values(),
        parts);
  }

  private static List<String> missing(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<TextPart> texts = ModelFamily.of(folder).texts();
    List<String> networks =
        Stream.concat(texts.stream().map(TextPart::encoder), Stream.of("unet", "vae")).toList();
    List<String> missing = new ArrayList<>();
    Stream.concat(FILES.stream(), networks.stream().map(part -> part + "/config.json"))
        .filter(name -> !Files.isRegularFile(folder.resolve(name)))
        .forEach(missing::add);
    for (TextPart text : texts) {
      ClipTokenizer.missingFiles(ModelFiles.of(folder.resolve(text.tokenizer())))
          .forEach(file -> missing.add(text.tokenizer() + "/" + file));
    }
    networks.stream()
        .filter(part -> !hasWeights(folder.resolve(part)))
        .forEach(part -> missing.add(part + "/*" + WEIGHTS));
    return missing;
  }

  private static boolean hasWeights(Path part) {
    try (Stream<Path> files = Files.list(part)) {
      return files.anyMatch(file -> file.toString().endsWith(WEIGHTS));
    } catch (IOException e) {
      return false; // no such folder: its config.json is missing too
    }
  }
}
