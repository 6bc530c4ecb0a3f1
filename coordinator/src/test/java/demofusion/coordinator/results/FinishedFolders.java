package demofusion.coordinator.results;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.record.JobRecord.Outcome;
import demofusion.coordinator.job.record.Records;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;

/** Jobs in a data folder, as a coordinator leaves them. */
final class FinishedFolders {
  private FinishedFolders() {}

  static JobId unfinished(DataFolder data, String name) {
    JobId job = new JobId(name);
    RenderRequest request =
        new RenderRequest(Renders.spec().build().withStandards(), Records.TOY, true, 0);
    data.add(job, request, JobJson.write(record(name)));
    return job;
  }

  /** With a picture of random bytes. */
  static JobId done(DataFolder data, String name, int bytes) throws IOException {
    JobId job = unfinished(data, name);
    byte[] picture = new byte[bytes];
    new Random(name.hashCode()).nextBytes(picture);
    Files.write(data.job(job).resolve("image.png"), picture);
    Files.write(data.job(job).resolve("phase-1.png"), new byte[] {1, 2, 3});
    Files.write(data.job(job).resolve("phase-1.safetensors"), new byte[] {4, 5});
    Files.writeString(data.job(job).resolve("report.json"), "{}");
    over(data, job, JobState.DONE);
    return job;
  }

  static void over(DataFolder data, JobId job, JobState state) {
    Outcome outcome = new Outcome(state, Records.NOW, null, null, 1.0, 1.0, null);
    data.writeRecord(job, JobJson.write(record(job.value()).over(outcome, List.of())));
  }

  private static JobRecord record(String name) {
    return Records.record(name, 0, 1, 1);
  }
}
