package demofusion.coordinator.job.record;

import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobView;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds out from a job's folder where the job stands. A folder that makes no sense becomes a failed
 * job with a sentence about it, and stays as it is.
 */
public final class FolderReader {
  private static final Pattern PREVIEW = Pattern.compile("phase-(\\d{1,4})\\.png");
  private static final String IMAGE = "image.png";
  private static final String REPORT = "report.json";
  private static final String REQUEST = "request.json";
  private static final String RECORD = "job.json";

  private static final ModelId NO_MODEL =
      new ModelId(new ModelKind("", Precision.FLOAT32, ""), new ModelSource("unknown", null, null));

  private final DataFolder data;

  public FolderReader(DataFolder data) {
    this.data = data;
  }

  /**
   * All jobs that are there.
   *
   * @param now from when on they wait
   */
  public List<Job> readAll(Instant now) {
    return data.jobs().stream().map(id -> read(id, now)).toList();
  }

  public Job read(JobId id, Instant now) {
    try {
      JobRecord record = record(id);
      Job job = Job.of(record, now);
      if (!job.isOver() && !Files.exists(data.job(id).resolve(REQUEST))) {
        return broken(id, data.job(id).resolve(REQUEST) + " is missing");
      }
      job.measured(contents(id));
      return job;
    } catch (DemofusionException e) {
      return broken(id, e.userMessage());
    } catch (UncheckedIOException e) {
      return broken(id, data.job(id) + " cannot be read: " + e.getMessage());
    }
  }

  private JobRecord record(JobId id) {
    Path file = data.job(id).resolve(RECORD);
    byte[] json =
        data.record(id)
            .orElseThrow(() -> new DemofusionException(FailureCode.STORAGE, file + " is missing"));
    JobRecord record = JobJson.read(json, JobRecord.class, file.toString());
    if (!record.id().equals(id)) {
      throw new DemofusionException(
          FailureCode.STORAGE, file + " belongs to another job, " + record.id());
    }
    return record;
  }

  private Job broken(JobId id, String sentence) {
    Instant since = modified(data.job(id));
    JobRecord record =
        new JobRecord(
            id,
            JobView.LOCAL,
            since,
            new JobRecord.Subject("", 0, 0, 0, 0, 0, NO_MODEL),
            new JobRecord.Needs(0, 0),
            null,
            null,
            null,
            JobRecord.Outcome.failed(since, FailureCode.STORAGE, sentence),
            List.of());
    Job job = Job.broken(record);
    job.measured(new FolderContents(List.of(), false, false, data.bytes(id)));
    return job;
  }

  private static Instant modified(Path folder) {
    try {
      return Files.getLastModifiedTime(folder).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  public FolderContents contents(JobId id) {
    Set<String> names = names(id);
    Set<Integer> previews = new TreeSet<>();
    for (String name : names) {
      Matcher preview = PREVIEW.matcher(name);
      if (preview.matches()) {
        previews.add(Integer.parseInt(preview.group(1)));
      }
    }
    boolean hasImage = names.contains(IMAGE);
    return new FolderContents(
        List.copyOf(previews), hasImage, hasImage && names.contains(REPORT), data.bytes(id));
  }

  /** Of all that can be read: also of what an object store alone has. */
  private Set<String> names(JobId id) {
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(data.job(id))) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (names.contains(StoredResults.FILE)) {
      StoredResults.read(data.job(id))
          .filter(StoredResults::isComplete)
          .ifPresent(marker -> marker.files().forEach(file -> names.add(file.name())));
    }
    return names;
  }

  /** SHA-256 of the picture's bytes. */
  public String pictureFingerprint(JobId id) {
    Path image = data.job(id).resolve(IMAGE);
    try {
      return Fingerprint.of(image);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, image + " cannot be read: " + e.getMessage(), e);
    }
  }
}
