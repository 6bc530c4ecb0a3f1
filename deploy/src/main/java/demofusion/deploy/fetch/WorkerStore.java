package demofusion.deploy.fetch;

import demofusion.deploy.client.WorkFiles;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's store as one worker uses it: for files by their hashes, and for its model. */
public final class WorkerStore {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerStore.class);

  /** For a coordinator that is being started. */
  private static final Duration TO_START = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private final Optional<StoreAccess> access;
  private final FetchedFiles files;

  private WorkerStore(Optional<StoreAccess> access, FetchedFiles files) {
    this.access = access;
    this.files = files;
  }

  /**
   * @param here the store itself where the coordinator is on this machine; null: it is not
   * @throws DemofusionException BAD_REQUEST if a setting cannot be, or is not safe
   */
  public static WorkerStore of(
      Settings settings, Map<String, String> environment, @Nullable Path here) {
    Optional<StoreAccess> access = StoreAccess.of(settings);
    Path folder = settings.path(Setting.CACHE).orElseGet(() -> usualFolder(environment));
    FileCache cache = new FileCache(folder, settings.bytes(Setting.CACHE_SIZE));
    return new WorkerStore(
        access,
        new FetchedFiles(
            hash -> own(here, hash), cache, question -> ask(access, question), isTold(access)));
  }

  /** What lies there has been checked, and is removed as a whole. */
  private static Optional<Path> own(@Nullable Path here, String hash) {
    if (here == null || !HASH.matcher(hash).matches()) {
      return Optional.empty();
    }
    return Optional.of(here.resolve("files").resolve(hash + ".safetensors"))
        .filter(Files::isRegularFile);
  }

  private static Path usualFolder(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path all =
        cache.startsWith("/")
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home", "/"), ".cache");
    return all.resolve("demofusion");
  }

  private static <T> T ask(Optional<StoreAccess> access, StoreAccess.Question<T> question) {
    return access
        .orElseThrow(
            () ->
                new DemofusionException(
                    FailureCode.UNAVAILABLE,
                    "this worker does not know the coordinator's API: start it with --api URL"))
        .ask(PATIENCE, question);
  }

  /** The files that work names by their hashes. */
  public FetchedFiles files() {
    return files;
  }

  /** Whether there is a coordinator to ask. */
  public boolean isKnown() {
    return access.isPresent();
  }

  /** Whether somebody said where it is. */
  public boolean isTold() {
    return isTold(access);
  }

  private static boolean isTold(Optional<StoreAccess> access) {
    return access.filter(store -> !store.isGuess()).isPresent();
  }

  /**
   * The checkpoint of that name, fetched.
   *
   * @throws DemofusionException BAD_MODEL if there is none
   */
  public StoredCheckpoint checkpoint(String name) {
    return fetch(named("checkpoint", name));
  }

  /**
   * The VAE of that name, fetched.
   *
   * @throws DemofusionException BAD_MODEL if there is none
   */
  public Path vae(String name) {
    StoredFile file = named("vae", name);
    return ask(access, it -> files.fetch(file, it));
  }

  private StoredFile named(String kind, String name) {
    StoredFileList all =
        access
            .map(store -> store.ask(patience(store), WorkFiles::list))
            .orElse(new StoredFileList(List.of(), 0, 0));
    return all.files().stream()
        .filter(file -> file.kind().equals(kind) && file.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                DemofusionException.badModel(
                    ("there is no folder or file %s on this machine, and the coordinator's store"
                            + " has no %s of that name; demofusion models list lists what it has")
                        .formatted(name, kind)));
  }

  /** The checkpoint that is wanted, fetched, as soon as there is one. */
  public StoredCheckpoint awaitCheckpoint() {
    return fetch(
        StoredCheckpoint.awaitWanted(
            access.orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "--model store needs the coordinator's API: give its URL with --api"))));
  }

  /**
   * The checkpoint that is wanted, fetched, if there is one now. A coordinator that is only guessed
   * may be another farm's, and is not asked what to draw with.
   */
  public Optional<StoredCheckpoint> wantedCheckpoint() {
    return access.filter(store -> !store.isGuess()).flatMap(WorkerStore::wanted).map(this::fetch);
  }

  private static Optional<StoredFile> wanted(StoreAccess store) {
    try {
      return store.ask(TO_START, WorkFiles::wanted);
    } catch (DemofusionException e) {
      LOG.info("event=no-store sentence=\"{}\"", e.userMessage());
      return Optional.empty();
    }
  }

  private static Duration patience(StoreAccess store) {
    return store.isGuess() ? Duration.ZERO : TO_START;
  }

  private StoredCheckpoint fetch(StoredFile file) {
    return ask(access, it -> StoredCheckpoint.fetch(file, it, files));
  }
}
