package demofusion.coordinator.auditlog;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds which tokens have come and gone since the tokens file was last read, by this process or the
 * one before it, whoever changed the file and with whatever. What it remembers in a file of its own
 * is name, role and the beginning of the hash, with which nobody gets in.
 */
public final class TokenChanges implements Consumer<List<TokenLine>> {
  private static final Logger LOG = LoggerFactory.getLogger(TokenChanges.class);
  private static final int OF_THE_HASH = 12;

  private final Path memory;
  private final AuditLog log;

  /**
   * @param memory the file of its own, which need not be there yet
   */
  public TokenChanges(Path memory, AuditLog log) {
    this.memory = memory;
    this.log = log;
  }

  /** Writes a line to the log for each token that came or went; may wait for a disk. */
  @Override
  public synchronized void accept(List<TokenLine> lines) {
    Set<String> now = new LinkedHashSet<>();
    lines.forEach(line -> now.add(mark(line)));
    try {
      Set<String> before =
          Files.exists(memory) ? new LinkedHashSet<>(Files.readAllLines(memory)) : Set.of();
      if (before.equals(now)) {
        return;
      }
      before.stream()
          .filter(mark -> !now.contains(mark))
          .forEach(mark -> record(AuditedAction.TOKEN_REMOVE, mark));
      now.stream()
          .filter(mark -> !before.contains(mark))
          .forEach(mark -> record(AuditedAction.TOKEN_ADD, mark));
      SafeFile.write(memory, (String.join("\n", now) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.error("event=audit-log-tokens-unknown file={} reason=\"{}\"", memory, SafeFile.reason(e));
    } catch (DemofusionException e) {
      // The next one who reads the tokens file finds the same changes, and says them once more.
      LOG.error("event=audit-log-tokens-unknown reason=\"{}\"", e.userMessage());
    }
  }

  private static String mark(TokenLine line) {
    return line.name() + " " + line.role() + " " + line.sha256().substring(0, OF_THE_HASH);
  }

  private void record(AuditedAction what, String mark) {
    String[] words = mark.split(" ", -1);
    log.append(
        new AuditLogEntry(
            0,
            Instant.EPOCH,
            what,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            words[0],
            "role " + (words.length > 1 ? words[1] : "unknown") + ", in the tokens file"));
  }
}
