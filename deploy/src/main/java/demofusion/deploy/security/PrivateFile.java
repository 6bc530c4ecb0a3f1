package demofusion.deploy.security;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file with a secret: it must be there, and not everybody's. */
public final class PrivateFile {
  private PrivateFile() {}

  /**
   * Refuses a secret that is missing, or that others on this machine can read.
   *
   * @param remedy said where there is no such file: what creates one
   */
  public static void require(Path file, String remedy) {
    if (!Files.exists(file)) {
      throw DemofusionException.badRequest(file + " does not exist: " + remedy);
    }
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
        throw DemofusionException.badRequest(
            file + " is readable by every user of this machine: run chmod 600 " + file);
      }
    } catch (UnsupportedOperationException e) {
      // A file system without such permissions cannot be asked.
    } catch (IOException e) {
      throw Pem.unreadable(file, e);
    }
  }
}
