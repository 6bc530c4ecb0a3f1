package demofusion.coordinator.results;

import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which jobs of a data folder are done and not in the store yet. A job's record is read again only
 * when it has changed.
 */
final class FinishedJobs {
  /** The picture, its phases' pictures, what was asked for and how it went. */
  private static final Pattern RESULT =
      Pattern.compile("image\\.png|phase-\\d{1,4}\\.png|request\\.json|report\\.json");

  private static final String RECORD = "job.json";

  private final DataFolder data;
  private final Map<JobId, FileTime> unfinished = new HashMap<>();
  private final Set<JobId> stored = new HashSet<>();

  FinishedJobs(DataFolder data) {
    this.data = data;
  }

  /** Those that are to be sent, in the order of their names. */
  List<JobId> waiting() {
    List<JobId> jobs = data.jobsNow();
    Set<JobId> there = Set.copyOf(jobs);
    stored.retainAll(there);
    unfinished.keySet().retainAll(there);
    return jobs.stream().filter(job -> !stored.contains(job) && isWaiting(job)).toList();
  }

  private boolean isWaiting(JobId job) {
    try {
      FileTime changed = Files.getLastModifiedTime(data.job(job).resolve(RECORD));
      if (changed.equals(unfinished.get(job))) {
        return false;
      }
      if (!isDone(job)) {
        unfinished.put(job, changed);
        return false;
      }
      if (StoredResults.read(data.job(job)).filter(StoredResults::isComplete).isPresent()) {
        stored.add(job);
        return false;
      }
      return true;
    } catch (IOException | DemofusionException e) {
      return false; // removed meanwhile, or a broken folder, which the listing of jobs tells of
    }
  }

  private boolean isDone(JobId job) {
    return data.record(job)
        .map(json -> JobJson.read(json, JobRecord.class, data.job(job).resolve(RECORD).toString()))
        .map(JobRecord::outcome)
        .filter(outcome -> outcome.state() == JobState.DONE)
        .isPresent();
  }

  /** The files of a job that go to the store, by their names. */
  static List<Path> results(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> results = new ArrayList<>();
      files
          .filter(file -> RESULT.matcher(file.getFileName().toString()).matches())
          .sorted()
          .forEach(results::add);
      return results;
    }
  }
}
