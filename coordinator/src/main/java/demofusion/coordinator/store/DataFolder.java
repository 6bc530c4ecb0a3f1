package demofusion.coordinator.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a coordinator keeps: one folder for each job below {@code renders}, the models that it has
 * ever heard of, and what operators recommend for them. One coordinator at a time has it. Jobs come
 * and go whole: a folder is made under a name that nobody reads and gets its own when everything in
 * it is on disk, and before it is deleted it loses its name.
 */
public final class DataFolder implements AutoCloseable {
  /** The store of model files, in it. */
  public static final String LIBRARY = "library";

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final String LOCK = "coordinator.lock";
  private static final String RENDERS = "renders";
  private static final String RECORD = "job.json";
  private static final String MODELS = "models.json";
  private static final String MODEL_SETTINGS = "model-settings.json";
  private static final String DISTRUSTED = "distrusted-workers.json";
  private static final String PAUSED = "paused-workers.json";
  private static final String DRAINED = "drained-workers.json";
  private static final String AUDIT_LOG = "audit.jsonl";
  private static final String USAGE = "usage";
  private static final String PICTURE_KEY = "picture-links.key";
  private static final String REMOVED_RESULTS = "removed-results";
  private static final String COMING = ".coming";
  private static final String GOING = ".going";

  private final Path path;
  private final Path renders;
  private final FolderLock lock;

  private DataFolder(Path path, FolderLock lock) {
    this.path = path;
    this.renders = path.resolve(RENDERS);
    this.lock = lock;
  }

  /**
   * Takes a folder, which need not be there yet.
   *
   * @throws DemofusionException BAD_REQUEST, in one sentence, if another coordinator has it;
   *     STORAGE if it cannot be used
   */
  public static DataFolder open(Path path) {
    try {
      Files.createDirectories(path.resolve(RENDERS));
    } catch (IOException e) {
      throw SafeFile.failure(path + " cannot be used as a data folder", e);
    }
    FolderLock lock =
        FolderLock.take(
            path.resolve(LOCK),
            "process " + ProcessHandle.current().pid() + " on " + hostName(),
            holder ->
                path
                    + " is in use by another coordinator"
                    + (holder.isEmpty() ? "" : " (" + holder + ")")
                    + "; stop that one first, or choose another folder with --data");
    DataFolder folder = new DataFolder(path, lock);
    try {
      folder.sweep();
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
    return folder;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host"; // its own name is in no directory
    }
  }

  /** Removes what a process that died left half made or half deleted. */
  private void sweep() {
    for (Path each : list(renders)) {
      String name = each.getFileName().toString();
      if (name.startsWith(".") && (name.endsWith(COMING) || name.endsWith(GOING))) {
        try {
          if (name.endsWith(GOING)) {
            keepMarker(each, name.substring(1, name.length() - GOING.length()));
          }
          FolderTree.delete(each);
        } catch (IOException e) {
          LOG.warn("event=sweep-failed folder={}", each, e);
        }
      }
    }
  }

  public Path path() {
    return path;
  }

  /** What signs the addresses of pictures. */
  public Path pictureKey() {
    return path.resolve(PICTURE_KEY);
  }

  /** Who changed what; older ones lie beside it. */
  public Path auditLog() {
    return path.resolve(AUDIT_LOG);
  }

  /** Which workers gave wrong answers. */
  public Path distrustedWorkers() {
    return path.resolve(DISTRUSTED);
  }

  /** Which workers' devices somebody wants back. */
  public Path pausedWorkers() {
    return path.resolve(PAUSED);
  }

  /** Which workers an operator wants to get nothing. */
  public Path drainedWorkers() {
    return path.resolve(DRAINED);
  }

  /** The folder of accounts: who used how much. */
  public Path usage() {
    return path.resolve(USAGE);
  }

  public Path models() {
    return path.resolve(MODELS);
  }

  /** Where the store of model files is. */
  public Path library() {
    return path.resolve(LIBRARY);
  }

  /** What operators recommend for models. */
  public Path modelSettings() {
    return path.resolve(MODEL_SETTINGS);
  }

  /** Where a job's files are, if there is such a job. */
  public Path job(JobId job) {
    return renders.resolve(job.value());
  }

  /** All jobs that are there, whatever is in their folders. */
  public List<JobId> jobs() {
    List<JobId> jobs = new ArrayList<>();
    for (Path each : list(renders)) {
      String name = each.getFileName().toString();
      if (Files.isDirectory(each) && JobId.isValid(name)) {
        jobs.add(new JobId(name));
      } else {
        LOG.warn("event=not-a-job path={}", each);
      }
    }
    return jobs;
  }

  /** The same for who looks again and again: says nothing of what else lies there. */
  public List<JobId> jobsNow() {
    return list(renders).stream()
        .filter(each -> JobId.isValid(each.getFileName().toString()) && Files.isDirectory(each))
        .map(each -> new JobId(each.getFileName().toString()))
        .toList();
  }

  /**
   * A new job; everything of it is on disk when this returns, or nothing.
   *
   * @param record what is kept beside the request
   * @throws DemofusionException STORAGE or DISK_FULL
   */
  public void add(JobId job, RenderRequest request, byte[] record) {
    add(job, request, record, folder -> {});
  }

  /**
   * The same with more in it.
   *
   * @param more writes that into the folder before anybody sees it
   */
  public void add(JobId job, RenderRequest request, byte[] record, Consumer<JobFolder> more) {
    Path aside = renders.resolve("." + job + COMING);
    try {
      try (JobFolder folder = JobFolder.create(aside, request)) {
        SafeFile.write(folder.path().resolve(RECORD), record);
        more.accept(folder);
      }
      Files.move(aside, job(job), StandardCopyOption.ATOMIC_MOVE);
      SafeFile.syncFolder(renders);
    } catch (IOException e) {
      FolderTree.discard(aside);
      throw SafeFile.failure(job(job) + " could not be made", e);
    } catch (RuntimeException | Error e) {
      FolderTree.discard(aside);
      throw e;
    }
  }

  /** What is kept of a job beside its request; empty if there is none. */
  public Optional<byte[]> record(JobId job) {
    Path file = job(job).resolve(RECORD);
    try {
      return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  public void writeRecord(JobId job, byte[] record) {
    SafeFile.write(job(job).resolve(RECORD), record);
  }

  /**
   * Removes a job. A crash in the middle leaves no half of it.
   *
   * @throws DemofusionException STORAGE if it cannot be removed
   */
  public void remove(JobId job) {
    Path aside = renders.resolve("." + job + GOING);
    try {
      Files.move(job(job), aside, StandardCopyOption.ATOMIC_MOVE);
      SafeFile.syncFolder(renders);
    } catch (IOException e) {
      throw SafeFile.failure(job(job) + " could not be removed", e);
    }
    try {
      keepMarker(aside, job.value());
    } catch (IOException e) {
      LOG.warn("event=discard-failed folder={}", aside, e);
      return; // swept at the next start, with what it says of objects
    }
    FolderTree.discard(aside);
  }

  /** What an object store has of a job outlives its folder, until the objects are gone too. */
  private void keepMarker(Path going, String job) throws IOException {
    Path marker = going.resolve(StoredResults.FILE);
    if (Files.exists(marker)) {
      Path removed = Files.createDirectories(path.resolve(REMOVED_RESULTS));
      Files.move(marker, removed.resolve(job + ".json"), StandardCopyOption.ATOMIC_MOVE);
      SafeFile.syncFolder(removed);
    }
  }

  /** Jobs that were removed here, and of which an object store still has something. */
  public List<JobId> removedResults() {
    Path removed = path.resolve(REMOVED_RESULTS);
    if (!Files.exists(removed)) {
      return List.of();
    }
    return list(removed).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.endsWith(".json"))
        .map(name -> name.substring(0, name.length() - ".json".length()))
        .filter(JobId::isValid)
        .map(JobId::new)
        .toList();
  }

  /** What the store still has of a job that was removed here. */
  public Optional<StoredResults> removedResults(JobId job) {
    return StoredResults.readFile(removedMarker(job));
  }

  /** The objects are gone too. */
  public void forgetResults(JobId job) {
    Path marker = removedMarker(job);
    try {
      Files.deleteIfExists(marker);
    } catch (IOException e) {
      throw SafeFile.failure(marker + " could not be removed", e);
    }
  }

  private Path removedMarker(JobId job) {
    return path.resolve(REMOVED_RESULTS).resolve(job + ".json");
  }

  /** What a job's files take on disk. */
  public long bytes(JobId job) {
    return FolderTree.bytes(job(job));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be read", e);
    }
  }

  /** Lets another coordinator have it. */
  @Override
  public void close() {
    lock.close();
  }
}
