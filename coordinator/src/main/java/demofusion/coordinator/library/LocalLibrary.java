package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of this machine, where they are: those that were named, then what lies in folders and the
 * folders in them, read anew with each question, so that what is put there is found. Where two have
 * one name, the first counts.
 */
public final class LocalLibrary implements ModelLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(LocalLibrary.class);
  private static final int DEEPEST = 8;
  private static final Comparator<Place> BY_PLACE = Comparator.comparing(Place::path);

  /** A file, or a folder of files, of one kind. */
  public record Place(LibraryKind kind, Path path) {}

  private final List<Place> places;
  private final FileHashes hashes = new FileHashes();

  /**
   * @param places need not exist yet
   */
  public LocalLibrary(List<Place> places) {
    this.places = List.copyOf(places);
  }

  @Override
  public Optional<LibraryFile> find(LibraryKind kind, String name) {
    return place(kind, name).map(this::read);
  }

  @Override
  public Optional<Path> where(LibraryKind kind, String name) {
    return place(kind, name).map(Place::path);
  }

  private Optional<Place> place(LibraryKind kind, String name) {
    List<Place> ofKind = look().stream().filter(each -> each.kind() == kind).toList();
    return first(ofKind, file -> FileNaming.name(kind, file).equals(name))
        .or(() -> first(ofKind, file -> FileNaming.isMeant(name, FileNaming.name(kind, file))))
        .or(() -> first(ofKind, file -> ownName(file).equals(name)));
  }

  private static Optional<Place> first(List<Place> all, Predicate<Path> wanted) {
    return all.stream().filter(each -> wanted.test(each.path())).findFirst();
  }

  @Override
  public List<LibraryFile> files() {
    List<LibraryFile> files = new ArrayList<>();
    for (Place each : look()) {
      try {
        files.add(read(each));
      } catch (DemofusionException e) {
        LOG.warn("event=library-file-unusable sentence=\"{}\"", e.userMessage());
      }
    }
    files.sort(Comparator.comparing(LibraryFile::name));
    return files;
  }

  @Override
  public List<String> names(LibraryKind kind) {
    return look().stream()
        .filter(each -> each.kind() == kind)
        .map(each -> FileNaming.name(kind, each.path()))
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public Path path(String hash) {
    return hashes
        .find(hash)
        .or(
            () ->
                files().stream()
                    .filter(file -> file.hash().equals(hash))
                    .map(LibraryFile::path)
                    .findFirst())
        .orElseThrow(() -> FileHashes.unknown(hash));
  }

  private LibraryFile read(Place file) {
    FileHashes.Facts facts = hashes.of(file.path());
    return new LibraryFile(
        FileNaming.name(file.kind(), file.path()),
        file.kind(),
        facts.hash(),
        facts.shortHash(file.kind()),
        file.path());
  }

  private String ownName(Path file) {
    try {
      return hashes.ownName(file);
    } catch (DemofusionException e) {
      return ""; // said by whoever wants this very file
    }
  }

  private List<Place> look() {
    List<Place> all = new ArrayList<>();
    for (Place place : places) {
      if (Files.isDirectory(place.path())) {
        filesOf(place).stream()
            .map(path -> new Place(place.kind(), path))
            .sorted(BY_PLACE)
            .forEach(all::add);
      } else if (Files.isRegularFile(place.path())) {
        all.add(place);
      }
    }
    return all;
  }

  private static List<Path> filesOf(Place place) {
    Path folder = place.path();
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          Set.of(FileVisitOption.FOLLOW_LINKS),
          DEEPEST,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && FileNaming.mayBe(place.kind(), file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // a folder that links to one above it, or is gone
            }
          });
    } catch (IOException e) {
      LOG.warn("event=library-folder-unreadable folder={}", folder, e);
    }
    return files;
  }
}
