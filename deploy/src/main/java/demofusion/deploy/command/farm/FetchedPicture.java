package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobFile;
import demofusion.deploy.command.output.RenderOutputs;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Json;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job's files on their way to this machine. They come into a folder beside the picture's place,
 * and reach their names whole.
 */
final class FetchedPicture {
  private final FarmClient farm;
  private final RenderOutputs outputs;
  private final Map<Integer, Path> previews = new TreeMap<>();

  FetchedPicture(FarmClient farm, RenderOutputs outputs) {
    this.farm = farm;
    this.outputs = outputs;
  }

  Path path() {
    return outputs.picture();
  }

  /** Phases' pictures that are there and were not fetched before. */
  void fetchPreviews(JobView job) {
    for (int phase : job.previews()) {
      if (!previews.containsKey(phase)) {
        Path came = outputs.folder().resolve("phase-" + phase + ".png");
        farm.download(JobFile.preview(phase), job.id(), came);
        previews.put(phase, outputs.publishPreview(phase, came));
      }
    }
  }

  /** Fetches everything that is wanted of a job that is done, the picture last. */
  void publish(JobView job, boolean withPreviews) {
    if (withPreviews) {
      fetchPreviews(job);
    }
    List<Integer> phases = outputs.latents() == null ? List.of() : fetchLatents(job);
    Path came = outputs.folder().resolve("image.png");
    farm.download(JobFile.picture(job.pictureSha256()), job.id(), came);
    outputs.publishPhases(came, phases);
  }

  /** Latents of all phases, as many as there are. */
  private List<Integer> fetchLatents(JobView job) {
    List<Integer> phases = new ArrayList<>();
    for (int phase = 1; ; phase++) {
      try {
        farm.download(JobFile.latents(phase), job.id(), outputs.latent(phase));
        phases.add(phase);
      } catch (DemofusionException e) {
        if (e.code() != FailureCode.NOT_FOUND || phases.isEmpty()) {
          throw e;
        }
        return phases;
      }
    }
  }

  /** Removes what came only in part. */
  void discard() {
    if (Files.exists(outputs.folder())) {
      outputs.discard();
    }
  }

  String summary(JobView job) {
    return "%s: %sx%s, seed %s%s"
        .formatted(
            outputs.picture(),
            job.width(),
            job.height(),
            job.seed(),
            job.seconds() == null ? "" : ", in " + Durations.words(job.seconds()));
  }

  /** The job, and where its files are now. */
  String json(JobView job) {
    Map<String, Object> files = new LinkedHashMap<>();
    files.put("picture", outputs.picture().toString());
    if (!previews.isEmpty()) {
      files.put("previewFiles", previews.values().stream().map(Path::toString).toList());
    }
    if (outputs.latents() != null) {
      files.put("latents", outputs.latents().toString());
    }
    return Json.line(job, files);
  }
}
