package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.protocol.api.JobView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The pictures of jobs that are over. */
public final class DrawnPictures {
  /** In a job's folder. */
  public static final String PICTURE = "image.png";

  private final FarmGateway farm;
  private final Executor files;

  /**
   * @param files threads that may wait for a disk
   */
  public DrawnPictures(FarmGateway farm, Executor files) {
    this.farm = farm;
    this.files = files;
  }

  /**
   * A picture as a file.
   *
   * @param text what the PNG says about how it was made
   */
  public record Drawn(JobView job, Path file, String text) {
    GenerationParameters parameters() {
      return GenerationParameters.parse(text);
    }
  }

  /** Those that there are: of a cancelled job the newest preview, if there is one. */
  public CompletionStage<List<Drawn>> of(List<JobView> jobs) {
    CompletionStage<List<Drawn>> all = CompletableFuture.completedFuture(List.of());
    for (JobView job : jobs) {
      Optional<String> name = newest(job);
      if (name.isPresent()) {
        all =
            all.thenCompose(
                before ->
                    farm.file(job, name.get())
                        .thenApplyAsync(file -> with(before, read(job, file)), files));
      }
    }
    return all;
  }

  private static Optional<String> newest(JobView job) {
    if (job.hasImage()) {
      return Optional.of(PICTURE);
    }
    return job.previews().isEmpty()
        ? Optional.empty()
        : Optional.of(preview(Collections.max(job.previews())));
  }

  public static String preview(int phase) {
    return "phase-" + phase + ".png";
  }

  private static Drawn read(JobView job, Path file) {
    return new Drawn(
        job, file, PictureText.read(file).getOrDefault(GenerationParameters.KEYWORD, ""));
  }

  private static List<Drawn> with(List<Drawn> before, Drawn next) {
    List<Drawn> all = new ArrayList<>(before);
    all.add(next);
    return all;
  }
}
