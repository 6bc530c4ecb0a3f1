package demofusion.deploy.node.socket;

import com.sun.jna.Function;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections the system holds for this process until it accepts them. Artery asks for
 * 100, and has no setting for it; a worker makes three. Where more come at once than that, Linux
 * lets the others believe that they are connected, drops what they say, and tells them a minute
 * later: a worker's heartbeats or its answer to the greeting hang for so long, again and again
 * while the coordinator's machine is busy.
 *
 * <p>Linux takes a longer queue for a socket that listens already. Elsewhere, and where this is not
 * allowed, it stays as it was.
 */
public final class ListenQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ListenQueue.class);

  /** Connections; the system's own bound (net.core.somaxconn, 4096) holds too. */
  private static final int LENGTH = 4096;

  private static final String LISTENS = "0A";
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)\\]");
  private static final Path FILES = Path.of("/proc/self/fd");
  private static final List<Path> SOCKETS =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  private ListenQueue() {}

  /**
   * Of everything that this process listens on over TCP now.
   *
   * @return sockets whose queue is longer than it was
   */
  public static int lengthen() {
    int longer = 0;
    try {
      Set<String> listening = listening();
      for (Path file : files()) {
        if (listening.contains(socket(file)) && listen(Integer.parseInt("" + file.getFileName()))) {
          longer++;
        }
      }
    } catch (IOException | UncheckedIOException | LinkageError e) {
      LOG.debug("event=listen-queue-kept reason=\"{}\"", e.toString());
    }
    return longer;
  }

  /** Inodes of all sockets of this machine that listen. */
  private static Set<String> listening() throws IOException {
    Set<String> inodes = new HashSet<>();
    for (Path table : SOCKETS) {
      if (Files.exists(table)) { // no second one where there is no IPv6
        for (String line : Files.readAllLines(table)) {
          String[] columns = line.strip().split("\\s+", -1);
          if (columns.length > 9 && columns[3].equals(LISTENS)) {
            inodes.add(columns[9]);
          }
        }
      }
    }
    return inodes;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.toList();
    }
  }

  /** The inode of an open socket; empty if it is something else, or closed meanwhile. */
  private static String socket(Path file) {
    try {
      Matcher matcher = SOCKET.matcher(Files.readSymbolicLink(file).toString());
      return matcher.matches() ? matcher.group(1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean listen(int file) {
    return Function.getFunction("c", "listen").invokeInt(new Object[] {file, LENGTH}) == 0;
  }
}
