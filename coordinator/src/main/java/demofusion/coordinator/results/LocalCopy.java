package demofusion.coordinator.results;

import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.record.Notification;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What may go from a job's folder, since the store has it or it was made of what the store has: the
 * picture, the pictures of phases but the first, which lists of jobs show, and pictures in other
 * formats and zoom tiles. Requests, reports and latents stay.
 *
 * @param entries of the files that the store has
 * @param files those, and what was made of them
 * @param bytes of all files; 0: nothing of the kind is here
 * @param derivedAt when the newest of what was made of them was made; null: nothing was
 */
record LocalCopy(
    StoredResults marker,
    Path folder,
    List<StoredResults.Entry> entries,
    List<Path> files,
    long bytes,
    @Nullable Instant derivedAt) {
  private static final Pattern PHASE = Pattern.compile("phase-(\\d{1,4})\\.png");
  private static final Pattern DERIVED =
      Pattern.compile("(?:image|phase-\\d{1,4})\\.(?:jpg|webp)|image\\.zoom");
  private static final String PICTURE = "image.png";
  private static final String RECORD = "job.json";

  /**
   * @return empty if the job is not done, the store has not confirmed it, or somebody is still to
   *     be told of it
   */
  static Optional<LocalCopy> of(DataFolder data, JobId job) throws IOException {
    Path folder = data.job(job);
    StoredResults marker =
        StoredResults.read(folder).filter(StoredResults::isComplete).orElse(null);
    if (marker == null || !isSettled(data, job)) {
      return Optional.empty();
    }
    List<StoredResults.Entry> entries = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    long bytes = 0;
    for (StoredResults.Entry entry : going(marker)) {
      Path file = folder.resolve(entry.name());
      if (Files.exists(file)) {
        entries.add(entry);
        files.add(file);
        bytes += entry.bytes();
      }
    }
    Instant newest = null;
    for (Path file : derived(folder)) {
      Instant made = Files.getLastModifiedTime(file).toInstant();
      newest = newest == null || made.isAfter(newest) ? made : newest;
      files.add(file);
      bytes += Files.size(file);
    }
    return Optional.of(new LocalCopy(marker, folder, entries, files, bytes, newest));
  }

  private static boolean isSettled(DataFolder data, JobId job) {
    return data.record(job)
        .map(json -> JobJson.read(json, JobRecord.class, data.job(job).resolve(RECORD).toString()))
        .filter(
            record ->
                record.outcome() != null
                    && record.outcome().state() == JobState.DONE
                    && record.notices().stream().noneMatch(Notification::isPending))
        .isPresent();
  }

  private static List<StoredResults.Entry> going(StoredResults marker) {
    List<StoredResults.Entry> going = new ArrayList<>();
    marker.files().stream().filter(file -> file.name().equals(PICTURE)).forEach(going::add);
    marker.files().stream()
        .filter(file -> PHASE.matcher(file.name()).matches())
        .sorted(Comparator.comparing(file -> phase(file.name())))
        .skip(1)
        .forEach(going::add);
    return going;
  }

  /** Whether a file of a job is one of those. */
  static boolean mayGo(Path folder, String name) {
    if (name.equals(PICTURE) || DERIVED.matcher(name).matches()) {
      return true;
    }
    return PHASE.matcher(name).matches()
        && StoredResults.read(folder).stream()
            .flatMap(marker -> going(marker).stream())
            .anyMatch(file -> file.name().equals(name));
  }

  private static int phase(String name) {
    Matcher matcher = PHASE.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static List<Path> derived(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> DERIVED.matcher(file.getFileName().toString()).matches())
          .toList();
    }
  }

  Instant storedAt() {
    return Objects.requireNonNull(marker.storedAt());
  }

  /**
   * @throws IOException if a file here is another one than what was stored
   */
  void requireUnchanged() throws IOException {
    for (StoredResults.Entry entry : entries) {
      Path file = folder.resolve(entry.name());
      if (Files.size(file) != entry.bytes()
          || Files.getLastModifiedTime(file).toMillis() != entry.modifiedMillis()) {
        throw new IOException(entry.name() + " was changed after it was stored");
      }
    }
  }
}
