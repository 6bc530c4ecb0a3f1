package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files that requests may name: of the folders of one machine ({@link LocalLibrary}), or of a
 * farm's store. Any thread may ask; the first question about a file reads all of it, so actors ask
 * on threads that may wait for a disk.
 */
public interface ModelLibrary {
  /** A library without files. */
  static ModelLibrary empty() {
    return new LocalLibrary(List.of());
  }

  /**
   * The file that a request means.
   *
   * @param name of the file without its ending, or what a LoRA calls itself ({@code
   *     ss_output_name}); never a path
   */
  Optional<LibraryFile> find(LibraryKind kind, String name);

  /** Where the file is that a request means; it is not read for that. */
  default Optional<Path> where(LibraryKind kind, String name) {
    return find(kind, name).map(LibraryFile::path);
  }

  /** All files, by their names; those that cannot be read are left out. */
  List<LibraryFile> files();

  /** The names of all files of a kind, in the order of the alphabet; nothing is read for them. */
  default List<String> names(LibraryKind kind) {
    return files().stream().filter(file -> file.kind() == kind).map(LibraryFile::name).toList();
  }

  /**
   * Where a file is that was found before, or is there now.
   *
   * @param hash SHA-256 of the whole file, hexadecimal
   * @throws DemofusionException NOT_FOUND, in one sentence
   */
  Path path(String hash);
}
