package demofusion.coordinator.auditlog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of several files from the last to the first, of which no more than a block is in memory at
 * once. What is no line (a process was killed while it wrote it) is passed over.
 */
final class LinesBackwards implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  /** Longer than any line that is written here. */
  private static final int LONGEST_LINE = 1 << 18;

  private final List<FileChannel> files = new ArrayList<>();
  private final JsonMapper json;
  private boolean isTorn;

  /** What of the file at hand has not been read. */
  private long left;

  /** What has been read; the first {@link #kept} bytes have not been handed out. */
  private byte[] read = {};

  private int kept;

  private LinesBackwards(JsonMapper json) {
    this.json = json;
  }

  /**
   * @param newestFirst files that are there, opened here, so that later renames do not matter
   */
  static LinesBackwards of(List<Path> newestFirst, JsonMapper json) throws IOException {
    LinesBackwards lines = new LinesBackwards(json);
    try {
      for (Path file : newestFirst) {
        lines.files.add(FileChannel.open(file, StandardOpenOption.READ));
      }
      if (!lines.files.isEmpty()) {
        lines.left = lines.files.get(0).size();
        lines.isTorn = lines.left > 0 && lines.byteAt(lines.left - 1) != '\n';
      }
      return lines;
    } catch (IOException e) {
      lines.close();
      throw e;
    }
  }

  /** Whether the newest file's last line has no end. */
  boolean isTorn() {
    return isTorn;
  }

  private byte byteAt(long position) throws IOException {
    return read(position, 1)[0];
  }

  /** The line before the last one that was handed out; null: there is none. */
  @Nullable AuditLogEntry next() throws IOException {
    while (!files.isEmpty()) {
      byte[] line = line();
      if (line == null) {
        files.remove(0).close();
        left = files.isEmpty() ? 0 : files.get(0).size();
        continue;
      }
      AuditLogEntry entry = entry(line);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private byte @Nullable [] line() throws IOException {
    if (left == 0 && kept == 0) {
      return null;
    }
    int end = lastNewline(kept);
    while (end < 0 && left > 0) {
      int bytes = (int) Math.min(BLOCK, left);
      // What is longer than a line can be is none, and is not kept.
      int tail = kept > LONGEST_LINE ? 0 : kept;
      byte[] joined = Arrays.copyOf(read(left - bytes, bytes), bytes + tail);
      System.arraycopy(read, 0, joined, bytes, tail);
      left -= bytes;
      read = joined;
      kept = joined.length;
      end = lastNewline(bytes);
    }
    byte[] line = Arrays.copyOfRange(read, end + 1, kept);
    kept = Math.max(end, 0);
    return line;
  }

  /** Among the first so many of the bytes at hand. */
  private int lastNewline(int before) {
    for (int n = before - 1; n >= 0; n--) {
      if (read[n] == '\n') {
        return n;
      }
    }
    return -1;
  }

  private byte[] read(long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (files.get(0).read(bytes, position + bytes.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    return bytes.array();
  }

  private @Nullable AuditLogEntry entry(byte[] line) {
    if (line.length == 0) {
      return null;
    }
    try {
      JsonNode node = json.readTree(line);
      // Of another program's, or half of a line.
      return node.hasNonNull("number") && node.hasNonNull("at") && node.hasNonNull("what")
          ? json.treeToValue(node, AuditLogEntry.class)
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
    files.clear();
  }
}
