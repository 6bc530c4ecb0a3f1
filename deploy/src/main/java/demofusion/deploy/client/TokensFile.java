package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The coordinator's list of who may do what, a line for each; only its owner can read it. */
public final class TokensFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final int LONGEST = 16 << 20;

  private final Path file;

  public TokensFile(Path file) {
    this.file = file;
  }

  /**
   * Adds a line, in one write, unless the name is taken.
   *
   * @param hand gives the token to its owner; if that fails, the line is not written
   */
  public void add(NewToken token, Runnable hand) {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      FileLock lock = channel.lock(); // two at once cannot both find a name free
      try {
        String before = read(channel);
        requireFree(token.line().name(), before);
        hand.run();
        boolean isCut = !before.isEmpty() && !before.endsWith("\n");
        String line = (isCut ? "\n" : "") + token.line() + "\n";
        channel.position(channel.size());
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } finally {
        lock.release();
      }
    } catch (NoSuchFileException e) {
      throw DemofusionException.badRequest(
          "the folder of the tokens file " + file + " does not exist; create it first");
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE,
          "the tokens file " + file + " could not be written: " + SafeFile.reason(e),
          e);
    }
  }

  private String read(FileChannel channel) throws IOException {
    if (Files.isDirectory(file) || channel.size() > LONGEST) {
      throw DemofusionException.badRequest(file + " is not a tokens file");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // until it is all there
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  private void requireFree(String name, String lines) {
    boolean isTaken = lines.lines().anyMatch(line -> line.strip().split("\\s+", 2)[0].equals(name));
    if (isTaken) {
      throw DemofusionException.badRequest(
          file + " already has a token for " + name + ": choose another name, or remove its line");
    }
  }
}
