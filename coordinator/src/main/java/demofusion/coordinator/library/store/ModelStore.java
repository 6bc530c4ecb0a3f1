package demofusion.coordinator.library.store;

import demofusion.coordinator.library.LibraryFile;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.ModelLibrary;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The farm's files, under their SHA-256, in one folder that only this one writes. A file is there
 * once all of it has been read and found to be what was announced ({@link Uploads}). Its methods
 * touch the disk: actors and connections call them on threads that may wait for it.
 */
public final class ModelStore implements ModelLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);

  private final StoreFolder folder;
  private final StoreLimits limits;
  private final Uploads uploads;
  private final Map<String, Entry> entries = new TreeMap<>(); // by hash
  private volatile StoreObserver observer = StoreObserver.NONE;
  private volatile ModelLibrary others = ModelLibrary.empty();

  private ModelStore(
      StoreFolder folder, StoreLimits limits, Executor checking, InstantSource clock) {
    this.folder = folder;
    this.limits = limits;
    this.uploads = new Uploads(this, folder, limits, checking, clock);
  }

  /**
   * Takes a folder, which need not be there yet.
   *
   * @param checking threads that read whole files when they have come
   * @throws DemofusionException STORAGE if it cannot be used
   */
  public static ModelStore open(
      Path path, StoreLimits limits, Executor checking, InstantSource clock) {
    StoreFolder folder = StoreFolder.open(path);
    ModelStore store = new ModelStore(folder, limits, checking, clock);
    folder.entries().forEach(entry -> store.entries.put(entry.hash(), entry));
    store.uploads.takeUp(folder.uploads());
    return store;
  }

  /**
   * From now on it has these too, where it has nothing of that name itself: files of this machine's
   * folders, which are neither copied nor ever removed. Their first reading takes a while, so
   * nothing is locked for it.
   */
  public void alsoHas(ModelLibrary files) {
    others = files;
  }

  /** From now on somebody looks. */
  public synchronized void observedBy(StoreObserver observer) {
    this.observer = observer;
    for (LibraryKind kind : LibraryKind.values()) {
      tell(kind);
    }
  }

  /** Who is told what goes through: asked for every chunk, so that nobody waits for the lock. */
  public StoreObserver observer() {
    return observer;
  }

  private void tell(LibraryKind kind) {
    List<Entry> ofKind = of(kind).toList();
    observer.holds(kind, ofKind.size(), ofKind.stream().mapToLong(Entry::bytes).sum());
  }

  private Stream<Entry> of(LibraryKind kind) {
    return entries.values().stream().filter(entry -> entry.kind() == kind);
  }

  /** Files on their way into it. */
  public Uploads uploads() {
    return uploads;
  }

  @Override
  public Optional<LibraryFile> find(LibraryKind kind, String name) {
    return ofOwn(kind, name).or(() -> others.find(kind, name));
  }

  private synchronized Optional<LibraryFile> ofOwn(LibraryKind kind, String name) {
    return of(kind)
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .or(() -> of(kind).filter(entry -> entry.ownName().equals(name)).findFirst())
        .map(this::libraryFile);
  }

  private LibraryFile libraryFile(Entry entry) {
    return new LibraryFile(
        entry.name(), entry.kind(), entry.hash(), entry.shortHash(), folder.file(entry.hash()));
  }

  @Override
  public List<LibraryFile> files() {
    List<LibraryFile> files = new ArrayList<>(own());
    files.addAll(besides());
    files.sort(Comparator.comparing(LibraryFile::name));
    return files;
  }

  private synchronized List<LibraryFile> own() {
    return byName().map(this::libraryFile).toList();
  }

  /** The others that are not hidden by its own. */
  private List<LibraryFile> besides() {
    List<LibraryFile> all = others.files();
    synchronized (this) {
      return all.stream()
          .filter(file -> !entries.containsKey(file.hash()))
          .filter(file -> of(file.kind()).noneMatch(entry -> entry.name().equals(file.name())))
          .toList();
    }
  }

  @Override
  public List<String> names(LibraryKind kind) {
    List<String> names = new ArrayList<>(others.names(kind));
    own().stream().filter(file -> file.kind() == kind).forEach(file -> names.add(file.name()));
    return names.stream().distinct().sorted().toList();
  }

  private Stream<Entry> byName() {
    return entries.values().stream().sorted(Comparator.comparing(Entry::name));
  }

  @Override
  public Path path(String hash) {
    synchronized (this) {
      if (entries.containsKey(hash)) {
        return folder.file(hash);
      }
    }
    try {
      return others.path(hash);
    } catch (DemofusionException e) {
      if (e.code() != FailureCode.NOT_FOUND) {
        throw e;
      }
      DemofusionException none = none(hash);
      none.addSuppressed(e);
      throw none;
    }
  }

  private Entry require(String hash) {
    Entry entry = entries.get(hash);
    if (entry == null) {
      throw none(hash);
    }
    return entry;
  }

  /** That there is no such file, in one sentence. */
  public static DemofusionException none(String hash) {
    return new DemofusionException(
        FailureCode.NOT_FOUND,
        "the store has no file \""
            + FileNames.shown(hash)
            + "\"; demofusion models list lists"
            + " those that it has");
  }

  /** Everything, as the API shows it. */
  public StoredFileList list() {
    List<StoredFile> files = new ArrayList<>();
    besides().forEach(file -> view(file).ifPresent(files::add));
    synchronized (this) {
      byName().map(this::view).forEach(files::add);
      files.sort(Comparator.comparing(StoredFile::name));
      return new StoredFileList(files, bytes(), limits.totalBytes());
    }
  }

  /** One file by its hash. */
  public Optional<StoredFile> find(String hash) {
    return own(hash)
        .or(
            () ->
                besides().stream()
                    .filter(file -> file.hash().equals(hash))
                    .findFirst()
                    .flatMap(ModelStore::view));
  }

  /** The same of those that came here: what lies in a folder can still be added. */
  synchronized Optional<StoredFile> own(String hash) {
    return Optional.ofNullable(entries.get(hash)).map(this::view);
  }

  /** Of a folder of this machine; empty if it is gone by now. */
  private static Optional<StoredFile> view(LibraryFile file) {
    try {
      return Optional.of(
          new StoredFile(
              file.name(),
              file.kind().toString(),
              file.hash(),
              file.shortHash(),
              null,
              Files.size(file.path()),
              Files.getLastModifiedTime(file.path()).toInstant(),
              false));
    } catch (IOException e) {
      LOG.debug("event=library-file-gone path={}", file.path(), e);
      return Optional.empty();
    }
  }

  private StoredFile view(Entry entry) {
    return entry.view(folder.hasConfig(entry.hash()));
  }

  synchronized long bytes() {
    return entries.values().stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * @throws DemofusionException CONFLICT if another file has it
   */
  synchronized void requireFree(String name) {
    entries.values().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .ifPresent(
            other -> {
              throw DemofusionException.conflict(
                  "the store has another file named \"%s\" (SHA-256 %s…): remove that one first, or"
                          .formatted(name, other.hash().substring(0, 12))
                      + " choose another name with --name");
            });
  }

  /** A file that has come, is what it should be, and lies in its place. */
  synchronized void add(Entry entry) {
    requireFree(entry.name());
    folder.write(entry);
    entries.put(entry.hash(), entry);
    LOG.info(
        "event=model-file-stored name=\"{}\" kind={} hash={} bytes={}",
        entry.name(),
        entry.kind(),
        entry.hash(),
        entry.bytes());
    tell(entry.kind());
  }

  /**
   * Removes a file; who is reading it reads on.
   *
   * @return what it was
   * @throws DemofusionException NOT_FOUND if there is none
   */
  public StoredFile remove(String hash) {
    StoredFile was;
    List<Path> left;
    synchronized (this) {
      Entry entry = require(hash);
      was = view(entry);
      left = folder.remove(hash);
      entries.remove(hash);
      LOG.info("event=model-file-removed name=\"{}\" hash={}", entry.name(), hash);
      tell(entry.kind());
    }
    folder.delete(left); // a disk takes a while for gigabytes, and nobody else is to wait for it
    return was;
  }

  /**
   * Keeps configurations with a checkpoint, instead of those that it had.
   *
   * @throws DemofusionException NOT_FOUND if there is no such file, BAD_REQUEST if it is none that
   *     has configurations, or they are none
   */
  public synchronized StoredFile describe(String hash, StoredConfig config) {
    Entry entry = require(hash);
    if (entry.kind() != LibraryKind.CHECKPOINT) {
      throw DemofusionException.badRequest(
          "%s is a file of the kind %s; only checkpoints have configurations"
              .formatted(entry.name(), entry.kind()));
    }
    ConfigNames.require(config);
    folder.writeConfig(hash, config);
    return view(entry);
  }

  /**
   * The configurations that belong to a checkpoint.
   *
   * @throws DemofusionException NOT_FOUND if there are none
   */
  public synchronized StoredConfig config(String hash) {
    return folder.config(require(hash).hash());
  }
}
