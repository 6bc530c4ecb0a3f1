package demofusion.coordinator.library.store;

import demofusion.coordinator.library.FileHashes;
import demofusion.coordinator.library.FileSigns;
import demofusion.coordinator.library.LibraryKind;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** What is read of a file when all of it has come: its hash first, then what it is for. */
final class WholeFile {
  private WholeFile() {}

  /**
   * @throws DemofusionException of the band USER if it is not what was announced, or nothing that
   *     can be used; STORAGE if it cannot be read
   */
  static Entry check(NewStoredFile file, Path path, Instant now) {
    try {
      LibraryKind[] kind = new LibraryKind[1];
      FileHashes.Facts facts =
          FileHashes.read(
              path,
              hash -> {
                requireAnnounced(hash, file);
                kind[0] = FileSigns.kind(path);
              });
      return Entry.of(file.name(), kind[0], facts, file.bytes(), now);
    } catch (DemofusionException e) {
      // Nobody knows the file by its path here.
      throw new DemofusionException(
          e.code(), e.userMessage().replace(path.toString(), "\"" + file.name() + "\""), e);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE,
          "the upload " + file.hash() + " cannot be read: " + SafeFile.reason(e),
          e);
    }
  }

  private static void requireAnnounced(String came, NewStoredFile file) {
    if (!came.equals(file.hash())) {
      throw DemofusionException.badRequest(
          "what came has the SHA-256 %s, but %s was announced: it was damaged on its way, or the"
                  .formatted(came, file.hash())
              + " file changed meanwhile");
    }
  }
}
