package demofusion.deploy.command.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.coordinator.library.NamedFiles;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandLineRequest;
import demofusion.deploy.command.option.CommandLineRequest.Subject;
import demofusion.deploy.command.option.LibraryOptions;
import demofusion.deploy.command.option.MethodOptions;
import demofusion.deploy.command.option.ModelOptions;
import demofusion.deploy.command.option.OutputOptions;
import demofusion.deploy.command.option.PictureOptions;
import demofusion.deploy.command.option.PromptList;
import demofusion.deploy.command.option.PromptOptions;
import demofusion.deploy.command.option.RecordedOptions;
import demofusion.deploy.command.option.device.AuditOptions;
import demofusion.deploy.command.output.LatentsOutput;
import demofusion.deploy.command.output.OutputPlace;
import demofusion.deploy.command.output.RenderOutputs;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.model.ModelNeed;
import demofusion.deploy.node.LocalModels;
import demofusion.deploy.node.SingleNode;
import demofusion.deploy.plan.ForwardBench;
import demofusion.deploy.plan.PlanReport;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.Seeds;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.FewStepFile;
import demofusion.protocol.model.FileHashes;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.lora.LoraFile;
import demofusion.worker.model.network.UpscalerWeights;
import demofusion.worker.model.text.EmbeddingFile;
import demofusion.worker.model.text.TextEmbedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demofusion render}: pictures from words. */
@Command(
    name = "render",
    abbreviateSynopsis = true,
    description = "Generate an image on this machine.%n",
    footer = {
      "%nPrints the image's path to stdout, messages and progress to stderr. The image records all"
          + " its",
      "settings; --from reproduces it. An interrupted render (Ctrl-C) can be continued with"
          + " --resume.",
      "%nExamples:",
      "  demofusion render \"snowy mountains and a calm lake, at sunset, a white sailboat\"",
      "  demofusion render \"a lighthouse\" --model sdxl-base --size 4096x3072 --seed 7 --dry-run",
      "  demofusion render --from image.png --steps 100 --output better.png",
      "  demofusion render --prompts captions.txt --count 4 --json --quiet | jq -r .picture"
    })
public final class RenderCommand extends TerminalCommand implements Callable<Integer> {
  public @Mixin final PromptOptions words = new PromptOptions();
  public @Mixin final PictureOptions picture = new PictureOptions();
  public @Mixin final MethodOptions method = new MethodOptions();
  public @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final LibraryOptions files = new LibraryOptions();
  @Mixin final OutputOptions output = new OutputOptions();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Number of local workers; the image is the same (default: one per GPU, or 1).")
  @Nullable Integer workers;

  @Mixin final AuditOptions audit = new AuditOptions();

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (output.verbose) {
      Logging.verbose();
    }
    AuditShare audits = audit.share(); // refused before anything is loaded
    if (output.resume != null) {
      return resume(output.resume, audits);
    }
    return words.from == null ? render(null, audits) : again(Path.of(words.from), audits);
  }

  /** The same command line once more, with the defaults of a picture's own. */
  private int again(Path drawn, AuditShare audits) {
    RecordedOptions recorded =
        RecordedOptions.read(drawn, words.promptsFile != null, picture.image != null);
    RenderCommand layered = new RenderCommand();
    layered.setTerminal(terminal);
    recorded.sayLeftOut(drawn.toString(), this::say);
    recorded.layerUnder(layered, Objects.requireNonNull(spec), terminal);
    return layered.render(recorded, audits);
  }

  /**
   * @param recorded the picture that settings come from; null where they come from nowhere
   */
  private int render(@Nullable RecordedOptions recorded, AuditShare audits) {
    CommandLineRequest request = new CommandLineRequest(words, picture, method, model.threads);
    List<Subject> subjects =
        request.subjects(
            PromptList.read(words.prompt, words.promptsFile, System.in),
            () -> Seeds.random(ThreadLocalRandom.current()));
    OutputPlace place = OutputPlace.of(output.output, output.quality, subjects.size() > 1);
    ModelChoice choice = model.choice();
    ModelFolder folder = choice.open();
    SourcePicture source = source(request, subjects.get(0), folder);
    if (recorded != null) {
      compareModels(recorded, folder);
      compareSources(recorded, source);
    }
    List<Place> places =
        files.places(
            request.loraFiles(),
            method.upscalerFile(),
            picture.networks(),
            Path.of(choice.source().base()));
    LocalLibrary library = new LocalLibrary(places);
    RenderSpec asked = request.spec(subjects.get(0), source);
    List<RenderSpec> specs = new ArrayList<>(); // all of them now, not one after hours of others
    for (Subject subject : subjects) {
      specs.add(NamedFiles.find(resolved(request.spec(subject, source), folder), library));
    }
    Set<Additions> checked = new HashSet<>();
    for (RenderSpec spec : specs) {
      if (checked.add(spec.refiningAdditions())) {
        checkLoras(spec, library, folder);
        checkEmbeddings(spec, library, folder);
      }
    }
    RenderSpec first = specs.get(0);
    if (recorded != null) {
      compareLoras(recorded, first);
      compareUpscalers(recorded, first);
      compareNetworks(recorded, first);
      comparePictures(recorded, first);
    }
    checkUpscaler(first, library);
    RenderPlan plan = RenderPlan.of(first, folder.geometry(), folder.scheduler());
    place.encoder().requireFits(plan.pictureSize());
    if (plan.steps() != first.stepsOrStandard()) {
      say(
          "scheduler %s makes %s timesteps of %s"
              .formatted(plan.scheduler().kind(), plan.steps(), first.stepsOrStandard()));
    }
    if (output.dryRun) {
      sayOwnSettings(asked, folder);
      return dryRun(plan, choice, folder);
    }
    plan.requireMemory(Runtime.getRuntime().maxMemory());
    place.requireWritable();
    LatentsOutput latents = LatentsOutput.of(output.latents, subjects.size() > 1);
    // Given back by the end of the process.
    List<DiffusionModel> models = LocalModels.load(choice, folder, workers, library::path);
    models.get(0).memoryNote().ifPresent(this::say);
    sayOwnSettings(asked, folder); // nothing is refused any more
    try (SingleNode node = SingleNode.start(models, audits)) {
      ModelId id = ModelId.of(models.get(0).card(), choice.source());
      for (int n = 0; n < subjects.size(); n++) {
        RenderOutputs outputs = place.reserve(subjects.get(n), n, latents.file(n));
        new RenderRun(node, terminal, outputs, output)
            .render(
                ResumeNote.of(choice, outputs, places),
                new RenderRequest(specs.get(n), id, output.previews, 0));
      }
    }
    return CliConventions.OK;
  }

  /** What is drawn, whatever the model recommends later. */
  private static RenderSpec resolved(RenderSpec asked, ModelFolder folder) {
    return RecommendedSettings.fill(asked, folder.settings()).withStandards();
  }

  private void sayOwnSettings(RenderSpec asked, ModelFolder folder) {
    ModelSettings taken = RecommendedSettings.taken(asked, folder.settings());
    if (!taken.isEmpty()) {
      say("the model's own settings: " + taken.words());
    }
  }

  private int resume(Path job, AuditShare audits) {
    ResumeNote note = ResumeNote.read(job);
    ModelChoice choice = model.overriding(note.choice());
    Path file = output.output == null ? Path.of(note.picture()) : output.output.toAbsolutePath();
    Integer quality =
        output.quality == null && output.output == null ? note.quality() : output.quality;
    PictureEncoder encoder = OutputPlace.encoder(file, quality);
    OutputPlace.requireWritable(Objects.requireNonNull(file.getParent()));
    Path latents = note.latents() == null ? null : Path.of(note.latents());
    ModelFolder folder = choice.open();
    ModelId begunWith = begunWith(job);
    requireSameModel(job, begunWith, folder);
    // Given back by the end of the process.
    LocalLibrary library = new LocalLibrary(note.places());
    List<DiffusionModel> models = LocalModels.load(choice, folder, workers, library::path);
    requireSameDevice(job, begunWith, models.get(0).card());
    try (SingleNode node = SingleNode.start(models, audits)) {
      new RenderRun(node, terminal, new RenderOutputs(job, file, encoder, latents), output)
          .resume();
    }
    return CliConventions.OK;
  }

  /** What does not fit is refused before anything is drawn; what is not in the model is said. */
  private void checkLoras(RenderSpec spec, LocalLibrary library, ModelFolder folder) {
    for (LoraUse use : spec.refiningAdditions().loras()) {
      LoraFile file = LoraFile.open(use.name(), library.path(use.hash()), folder);
      file.check(folder);
      if (!file.unmatched().isEmpty()) {
        say(file.unmatchedWords());
      }
    }
    float guidance = spec.guidance().orStandard().scale();
    for (LoraUse use : spec.additions().loras()) {
      FewStepFile.called(use.name())
          .filter(file -> !file.suits(spec.stepsOrStandard(), guidance))
          .ifPresent(
              file ->
                  say(
                      "LoRA %s is one of few steps: %s suit it"
                          .formatted(use.name(), file.words())));
    }
  }

  private void checkEmbeddings(RenderSpec spec, LocalLibrary library, ModelFolder folder) {
    int[] widths = folder.towers().stream().mapToInt(tower -> tower.config().width()).toArray();
    for (EmbeddingUse use : spec.additions().embeddings()) {
      TextEmbedding embedding = EmbeddingFile.read(library.path(use.hash()), use.word());
      embedding.requireFitting(widths);
      if (embedding.hidesAWord(folder.tokenizers().get(0))) {
        say("embedding " + use.word() + " hides the word that the model knows by this name");
      }
    }
  }

  private void compareLoras(RecordedOptions recorded, RenderSpec spec) {
    String hashes = RecordedSettings.loraHashes(spec.refiningAdditions().loras());
    if (!recorded.loras().isEmpty() && !recorded.loras().equals(hashes)) {
      say(
          "%s was made with other LoRAs (%s) than these (%s), so the image will differ"
              .formatted(words.from, recorded.loras(), hashes.isEmpty() ? "none" : hashes));
    }
  }

  private void compareUpscalers(RecordedOptions recorded, RenderSpec spec) {
    UpscalerUse now = spec.methodSettings().upscaler();
    String hash = now == null ? "" : FileHashes.shortened(now.hash());
    if (!recorded.upscaler().isEmpty() && !recorded.upscaler().equals(hash)) {
      say(
          "%s was enlarged with another upscaler (%s) than this (%s), so the image will differ"
              .formatted(words.from, recorded.upscaler(), hash.isEmpty() ? "none" : hash));
    }
  }

  private void compareNetworks(RecordedOptions recorded, RenderSpec spec) {
    String hashes = RecordedSettings.networkHashes(spec.conditions());
    if (!recorded.networks().isEmpty() && !recorded.networks().equals(hashes)) {
      say(
          "%s was made with other ControlNets or IP-Adapters (%s) than these (%s), so the image will differ"
              .formatted(words.from, recorded.networks(), hashes.isEmpty() ? "none" : hashes));
    }
  }

  /** One of which a part is drawn anew is known by its file's hash. */
  private void comparePictures(RecordedOptions recorded, RenderSpec spec) {
    Inpainting drawn = spec.conditions().inpainting();
    if (drawn != null
        && !recorded.source().isEmpty()
        && !recorded.source().equals(drawn.picture().hashText())) {
      say(
          "%s was made from another image than %s, so the image will differ"
              .formatted(words.from, picture.image));
    }
  }

  /** One with NaN in it is refused before phase 1 is drawn. */
  private static void checkUpscaler(RenderSpec spec, LocalLibrary library) {
    UpscalerUse upscaler = spec.methodSettings().upscaler();
    if (upscaler != null) {
      UpscalerWeights.open(library.path(upscaler.hash()));
    }
  }

  private static ModelId begunWith(Path job) {
    try (JobFolder stopped = JobFolder.open(job)) {
      return stopped.request().model();
    }
  }

  private static void requireSameModel(Path job, ModelId begunWith, ModelFolder folder) {
    if (!begunWith.hash().equals(folder.hash())) {
      throw DemofusionException.badRequest(
          "%s was started with another model, %s with hash %s: select it with --model"
              .formatted(job, begunWith.name(), begunWith.hash()));
    }
  }

  /** The rest of a picture has to come from the same arithmetic as its beginning. */
  static void requireSameDevice(Path job, ModelId begunWith, ModelCard card) {
    if (!begunWith.kind().equals(card.kind())) {
      throw DemofusionException.badRequest(
          ("%s was started in %s on %s and cannot be resumed in %s on %s with the same "
                  + "result: give --precision %s --device %s")
              .formatted(
                  job,
                  begunWith.precision(),
                  begunWith.device(),
                  card.precision(),
                  card.deviceKind(),
                  begunWith.precision(),
                  begunWith.device()));
    }
  }

  private void compareModels(RecordedOptions recorded, ModelFolder folder) {
    if (!folder.hash().startsWith(recorded.modelHash())) {
      say(
          words.from
              + " was made with another model (hash "
              + recorded.modelHash()
              + "), so the image will differ; select that model with --model"
              + (recorded.vae().isEmpty()
                  ? ""
                  : " and its VAE, " + recorded.vae() + ", with --vae"));
    }
  }

  private void compareSources(RecordedOptions recorded, @Nullable SourcePicture source) {
    if (source != null
        && !recorded.source().isEmpty()
        && !recorded.source().equals(source.fingerprint())) {
      say(
          words.from
              + " was made from another source image than "
              + picture.image
              + ", or one of another size, so the image will differ");
    }
  }

  private void say(String sentence) {
    if (!output.quiet) {
      terminal.say(sentence);
    }
  }

  private @Nullable SourcePicture source(
      CommandLineRequest request, Subject subject, ModelFolder folder) {
    FittedPicture fitted = request.startingPicture(subject, folder.geometry(), folder.settings());
    if (fitted == null) {
      return null;
    }
    if (!fitted.done().isEmpty()) {
      say(picture.image + " was " + fitted.done());
    }
    return request.source(fitted);
  }

  private int dryRun(RenderPlan plan, ModelChoice choice, ModelFolder folder) {
    int window = folder.geometry().sampleSize();
    try (DiffusionModel loaded = choice.load(folder)) {
      double viewsPerSecond =
          new ForwardBench(loaded, model.threads)
              .unet(new LatentExtent(window, window), 1, loaded.lanes(model.threads))
              .forwardsPerSecond();
      boolean onGpu = !loaded.card().deviceKind().equals("cpu");
      ModelNeed need = ModelNeed.of(folder);
      PlanReport report =
          PlanReport.of(
              plan,
              folder.architecture(),
              1 / viewsPerSecond,
              onGpu ? need.onGpuBytes() : need.onCpuBytes(),
              loaded.card().precision(),
              loaded.lanes(model.threads));
      if (output.json) {
        terminal.out().println(Json.line(report));
      } else {
        report.lines().forEach(terminal.out()::println);
      }
    }
    return CliConventions.OK;
  }
}
