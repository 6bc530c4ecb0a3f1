package demofusion.deploy.compare.stress;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.PictureText;
import demofusion.coordinator.image.recorded.PictureSettings;
import demofusion.coordinator.image.recorded.Reading;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobFile;
import demofusion.deploy.compare.PicturePainter;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.AskedGuidance;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Draws on a farm. A picture that was asked for before, by a run that was ended, is the same job:
 * the farm has gone on with it.
 */
public final class FarmPainter implements PicturePainter {
  /** Of all autoencoders that there are; the farm does not say. */
  private static final int FACTOR = 8;

  private static final int LATENT_CHANNELS = 4;

  private final FarmClient farm;
  private final WorkerView worker;
  private final Path folder;

  /**
   * @param model name or hash of one of the farm's; null: the only one
   * @param folder that pictures come to
   */
  public FarmPainter(FarmClient farm, @Nullable String model, Path folder) {
    this.farm = farm;
    this.folder = folder;
    List<WorkerView> workers = farm.workers();
    this.worker =
        workers.stream()
            .filter(
                each ->
                    model == null
                        || each.model().equals(model)
                        || each.modelHash().startsWith(model))
            .findFirst()
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "the farm has no worker with "
                            + (model == null ? "a model" : "model " + model)
                            + ": start one, see demofusion workers"));
  }

  @Override
  public String model() {
    return worker.model();
  }

  @Override
  public String modelHash() {
    return worker.modelHash();
  }

  @Override
  public boolean knowsSettings() {
    return false;
  }

  /** What the farm recommends for the model where a picture says nothing. */
  public ModelSettings settings() {
    return farm.modelSettings().stream()
        .filter(each -> each.hash().equals(worker.modelHash()))
        .findFirst()
        .map(each -> RecommendedSettings.of(each.settings()))
        .orElse(ModelSettings.NONE);
  }

  /** The plan of a picture, as far as the farm tells what it takes. */
  public RenderPlan plan(RenderSpec spec) {
    SchedulerConfig scheduler = SchedulerConfig.fromJson(Map.of()).withKind(SchedulerKind.EULER);
    return RenderPlan.of(
        spec, new ModelGeometry(worker.nativeSide() / FACTOR, LATENT_CHANNELS, FACTOR), scheduler);
  }

  @Override
  public Painting draw(RenderSpec spec) {
    NewPicture picture = request(spec, false);
    JobView job = farm.submit(picture, key(picture));
    if (job.state() == JobState.FAILED || job.state() == JobState.CANCELLED) {
      job = farm.submit(picture, UUID.randomUUID().toString());
    }
    JobView over = job.state().isOver() ? job : farm.watch(job.id(), event -> {});
    if (over.state() != JobState.DONE) {
      throw new DemofusionException(
          over.state() == JobState.CANCELLED ? FailureCode.CANCELLED : FailureCode.INTERNAL,
          "job %s ended as %s: %s".formatted(over.id(), over.state(), over.reason()));
    }
    Path file = file();
    farm.download(JobFile.picture(over.pictureSha256()), over.id(), file);
    return painting(file, spec, over);
  }

  @Override
  public Painting drawFirstPhase(RenderSpec spec) {
    Path file = file();
    NewPicture picture = request(spec, true);
    // The key has the previews in it: a run that was ended finds its own job, and ends that.
    JobView job = farm.submit(picture, key(picture));
    if (job.state().isOver() && job.state() != JobState.DONE && !job.previews().contains(1)) {
      job = farm.submit(picture, UUID.randomUUID().toString());
    }
    JobView over =
        job.state().isOver() ? job : farm.watch(job.id(), event -> takePreview(event, file));
    if (!Files.exists(file)) {
      JobFile only =
          over.previews().contains(1) ? JobFile.preview(1) : JobFile.picture(over.pictureSha256());
      farm.download(only, over.id(), file);
    }
    RenderPlan plan = plan(sized(spec, over));
    double seconds = Objects.requireNonNullElse(over.seconds(), 0.0);
    double busy = Objects.requireNonNullElse(over.deviceSeconds(), 0.0);
    return new Painting(file, plan, seconds, plan.forwards(plan.phases().get(0)), busy);
  }

  /** The rest of the job is not wanted. */
  private void takePreview(JobEvent event, Path file) {
    JobView job = event.job();
    if (job.previews().contains(1) && !job.state().isOver() && !Files.exists(file)) {
      farm.download(JobFile.preview(1), job.id(), file);
      JobView unused = farm.cancel(job.id());
    }
  }

  private NewPicture request(RenderSpec spec, boolean previews) {
    return NewPicture.of(new JobRequest(spec, worker.modelHash(), previews, 0, null, null, null));
  }

  /** The same for the same picture for the same report. */
  private String key(NewPicture picture) {
    String all = folder.toAbsolutePath().normalize() + " " + picture.values();
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private Path file() {
    try {
      Files.createDirectories(folder);
      return folder.resolve("drawn-" + UUID.randomUUID() + ".png");
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be created", e);
    }
  }

  /** With what the farm took where the request said nothing. */
  private Painting painting(Path file, RenderSpec spec, JobView over) {
    RenderSpec.Builder told = sized(spec, over).toBuilder();
    if (PictureSettings.read(PictureText.read(file)) instanceof Reading.Settings settings) {
      Map<String, String> options = settings.options();
      if (options.containsKey("--scheduler")) {
        told.scheduler(SchedulerKind.parse(options.get("--scheduler")));
      }
      if (options.containsKey("--guidance")) {
        told.guidance(
            new AskedGuidance(Float.valueOf(options.get("--guidance")), spec.guidance().rescale()));
      }
      if (options.containsKey("--stride")) {
        told.stride(Integer.parseInt(options.get("--stride")));
      }
    }
    RenderPlan plan = plan(told.build());
    return new Painting(
        file,
        plan,
        Objects.requireNonNullElse(over.seconds(), 0.0),
        plan.forwards(),
        Objects.requireNonNullElse(over.deviceSeconds(), 0.0));
  }

  private static RenderSpec sized(RenderSpec spec, JobView over) {
    return spec.toBuilder()
        .size(new PixelExtent(over.width(), over.height()))
        .steps(over.steps())
        .build();
  }
}
