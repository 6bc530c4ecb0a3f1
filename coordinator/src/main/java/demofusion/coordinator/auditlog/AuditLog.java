package demofusion.coordinator.auditlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditLogPage;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what: {@link AuditLogEntry}s as lines of JSON in a file that only grows, and in a
 * bounded number of older ones.
 *
 * <pre>
 * append ──▶ audit.jsonl ── when it is full ──▶ audit.1.jsonl ──▶ audit.2.jsonl ──▶ … ──▶ gone
 *                 └──────────────────┴──────────────┴── page ──▶ the newest first
 * </pre>
 *
 * A line is with the operating system when {@link #append} returns, so a process that is killed
 * loses the one that it was writing at most. What is left of such a line stays and ends where the
 * next process begins; readers pass over it. A disk that is full loses lines, which is logged and
 * told to the observer, and nothing else.
 */
public final class AuditLog {
  /** Some 40,000 lines. */
  public static final long LARGEST_FILE = 16L << 20;

  /** Besides the one that is written to. */
  public static final int OLDER_FILES = 7;

  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final byte[] END = {'\n'};

  private final RotatedFiles files;
  private final long largest;
  private final InstantSource clock;
  private final JsonMapper json = ApiJson.lenient();
  private final LogThrottle throttle = new LogThrottle();
  private volatile AuditLogObserver observer = AuditLogObserver.NONE;
  private long number;
  private Instant time = Instant.EPOCH;
  private boolean isTorn;

  private AuditLog(RotatedFiles files, long largest, InstantSource clock) {
    this.files = files;
    this.largest = largest;
    this.clock = clock;
  }

  /** The log in this file, which need not be there yet; may wait for a disk. */
  public static AuditLog open(Path file, InstantSource clock) {
    return open(file, LARGEST_FILE, OLDER_FILES, clock);
  }

  /**
   * @param largest bytes of a file
   * @param older files that are kept besides the one that is written to, from 1
   */
  static AuditLog open(Path file, long largest, int older, InstantSource clock) {
    AuditLog log = new AuditLog(new RotatedFiles(file, older), largest, clock);
    log.goOn();
    return log;
  }

  public void observedBy(AuditLogObserver newObserver) {
    observer = newObserver;
  }

  /** Finds where a process before this one stopped. */
  private synchronized void goOn() {
    try (LinesBackwards lines = LinesBackwards.of(files.newestFirst(), json)) {
      AuditLogEntry last = lines.next();
      if (last != null) {
        number = last.number();
        time = last.at();
      }
      isTorn = lines.isTorn();
      if (isTorn) {
        LOG.warn("event=audit-log-torn file={} last-whole-line={}", files.current(), number);
      }
    } catch (IOException e) {
      LOG.error(
          "event=audit-log-unreadable file={} reason=\"{}\"", files.current(), SafeFile.reason(e));
    }
  }

  /**
   * Writes a line, with the next number and the time. Never fails; may wait for a disk.
   *
   * @param entry whose number and time do not count
   */
  public synchronized void append(AuditLogEntry entry) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant next = now.isBefore(time) ? time : now; // a clock that is set back does not disorder it
    try {
      write(line(entry.at(number + 1, next)));
      number++;
      time = next;
      observer.written();
    } catch (IOException e) {
      observer.failed();
      OptionalLong leftOut = throttle.pass("audit-log-failed", System.nanoTime());
      if (leftOut.isPresent()) {
        LOG.error(
            "event=audit-log-failed file={} what={} left-out={} reason=\"{}\"",
            files.current(),
            entry.what(),
            leftOut.getAsLong(),
            SafeFile.reason(e));
      }
    }
  }

  /** Where something lies that belongs to this log: {@code audit.NAME}. */
  public Path beside(String name) {
    return files.current().resolveSibling("audit." + name);
  }

  /** Says that a line was left out on purpose. */
  public void leaveOut() {
    observer.leftOut();
  }

  private byte[] line(AuditLogEntry entry) {
    try {
      return (json.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an entry of the audit log is always JSON", e);
    }
  }

  private void write(byte[] line) throws IOException {
    rotateBefore(line.length);
    try (FileChannel channel = forAppending()) {
      if (isTorn && channel.size() > 0) {
        writeWhole(channel, END);
      }
      isTorn = true; // until all of it is there
      writeWhole(channel, line);
      isTorn = false;
    }
  }

  /** Opened anew for each line: a file that somebody moved away is not written to any more. */
  private FileChannel forAppending() throws IOException {
    return FileChannel.open(
        files.current(),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private void rotateBefore(int bytes) throws IOException {
    long size = files.current().toFile().length();
    if (size == 0 || size + bytes <= largest) {
      return;
    }
    try (FileChannel full = FileChannel.open(files.current(), StandardOpenOption.WRITE)) {
      full.force(true);
    }
    files.rotate();
    isTorn = false;
  }

  private static void writeWhole(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  /**
   * The lines that are wanted, the newest first; may wait for a disk.
   *
   * @throws IOException if the files cannot be read
   */
  public AuditLogPage page(AuditLogQuery query) throws IOException {
    List<AuditLogEntry> wanted = new ArrayList<>();
    try (LinesBackwards lines = lines()) {
      @Nullable AuditLogEntry entry = lines.next();
      while (entry != null && !query.isPast(entry)) {
        if (query.wants(entry)) {
          if (wanted.size() == query.limit()) {
            return new AuditLogPage(wanted, wanted.get(wanted.size() - 1).number());
          }
          wanted.add(entry);
        }
        entry = lines.next();
      }
    }
    return new AuditLogPage(wanted, null);
  }

  /** No line comes or moves to another file while they are opened. */
  private synchronized LinesBackwards lines() throws IOException {
    return LinesBackwards.of(files.newestFirst(), json);
  }
}
