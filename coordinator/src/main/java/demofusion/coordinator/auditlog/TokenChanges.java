package demofusion.coordinator.auditlog;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import demofusion.protocol.api.usage.Allowance;
import demofusion.protocol.api.usage.Budget;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds which tokens have come and gone since the tokens file was last read, by this process or the
 * one before it, and whose budget or weight is another, whoever changed the file and with whatever.
 * What it remembers in a file of its own is name, role and the beginning of the hash, with which
 * nobody gets in, and what the owner may have: {@code ann submit 0123456789ab budget=40h/month
 * over-budget=wait weight=2}.
 */
public final class TokenChanges implements Consumer<List<TokenLine>> {
  private static final Logger LOG = LoggerFactory.getLogger(TokenChanges.class);
  private static final int OF_THE_HASH = 12;

  /** Words that tell a token from others: name, role, beginning of the hash. */
  private static final int OF_A_MARK = 3;

  /** What an owner might have, in a file of a coordinator that did not remember it. */
  private static final String UNKNOWN = "";

  /** In the place of role and hash of somebody who signs in with a provider. */
  private static final String NONE = "-";

  private final Path memory;
  private final AuditLog log;

  /**
   * @param memory the file of its own, which need not be there yet
   */
  public TokenChanges(Path memory, AuditLog log) {
    this.memory = memory;
    this.log = log;
  }

  /** Writes a line to the log for each token that came, went or changed; may wait for a disk. */
  @Override
  public synchronized void accept(List<TokenLine> lines) {
    Map<String, String> now = new LinkedHashMap<>();
    lines.forEach(line -> now.putIfAbsent(mark(line), words(line.allowance())));
    try {
      Map<String, String> before = remembered();
      if (before.equals(now)) {
        return;
      }
      before.forEach(
          (mark, words) -> {
            if (!now.containsKey(mark)) {
              record(AuditedAction.TOKEN_REMOVE, mark, ofRole(mark, words));
            }
          });
      now.forEach(
          (mark, words) -> {
            @Nullable String old = before.get(mark);
            if (old == null) {
              record(AuditedAction.TOKEN_ADD, mark, ofRole(mark, words));
            } else if (!old.equals(words) && !old.equals(UNKNOWN)) {
              record(AuditedAction.TOKEN_CHANGE, mark, text(words) + " in place of " + text(old));
            }
          });
      StringBuilder memo = new StringBuilder();
      now.forEach((mark, words) -> memo.append(mark).append(' ').append(words).append('\n'));
      SafeFile.write(memory, memo.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.error("event=audit-log-tokens-unknown file={} reason=\"{}\"", memory, SafeFile.reason(e));
    } catch (DemofusionException e) {
      // The next one who reads the tokens file finds the same changes, and says them once more.
      LOG.error("event=audit-log-tokens-unknown reason=\"{}\"", e.userMessage());
    }
  }

  private Map<String, String> remembered() throws IOException {
    Map<String, String> before = new LinkedHashMap<>();
    if (Files.exists(memory)) {
      for (String line : Files.readAllLines(memory)) {
        String[] parts = line.split(" ", OF_A_MARK + 1);
        String mark =
            String.join(" ", List.of(parts).subList(0, Math.min(OF_A_MARK, parts.length)));
        before.put(mark, parts.length > OF_A_MARK ? parts[OF_A_MARK] : UNKNOWN);
      }
    }
    return before;
  }

  private static String mark(TokenLine line) {
    @Nullable String hash = line.sha256();
    return line.name()
        + " "
        + (line.role() == null ? NONE : line.role())
        + " "
        + (hash == null ? NONE : hash.substring(0, OF_THE_HASH));
  }

  private static String words(Allowance allowance) {
    String weight = "weight=" + allowance.weight().toPlainString();
    Budget budget = allowance.budget();
    return budget == null
        ? "budget=none " + weight
        : "budget=%s over-budget=%s %s"
            .formatted(
                new Budget(budget.hours().stripTrailingZeros(), budget.per()),
                allowance.overBudget(),
                weight);
  }

  private static String text(String words) {
    return words.replace(" ", ", ").replace('=', ' ');
  }

  private static String ofRole(String mark, String words) {
    String[] parts = mark.split(" ", -1);
    String said = parts.length > 1 ? parts[1] : "unknown";
    String role = said.equals(NONE) ? "role by the provider's groups" : "role " + said;
    boolean isUsual = words.equals(UNKNOWN) || words.equals(words(Allowance.USUAL));
    return isUsual ? role : role + ", " + text(words);
  }

  private void record(AuditedAction what, String mark, String detail) {
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
            mark.split(" ", -1)[0],
            detail + ", in the tokens file"));
  }
}
