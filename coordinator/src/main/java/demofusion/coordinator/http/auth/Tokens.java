package demofusion.coordinator.http.auth;

import demofusion.coordinator.budget.Allowances;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a tokens file: {@link TokenLine}s, empty lines, and comments after {@code #}. A
 * changed file is read again within a second. One that has become unreadable, or is gone, lets
 * nobody in until it is mended: whoever was taken out of it must not stay in by another's mistake.
 */
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final long LARGEST_FILE = 1 << 20;

  /** What tells one version of the file from the next. */
  private record Version(Object modified, long size, @Nullable Object key) {}

  private final Path file;
  private final LongSupplier nanoTime;
  private List<TokenLine> lines;
  private @Nullable Version version;
  private long checkedAt;
  private Consumer<List<TokenLine>> watcher = lines -> {};

  private Tokens(Path file, LongSupplier nanoTime) throws IOException {
    this.file = file;
    this.nanoTime = nanoTime;
    this.version = version();
    this.lines = read();
    this.checkedAt = nanoTime.getAsLong();
  }

  /**
   * @throws DemofusionException BAD_REQUEST or STORAGE if there are no tokens that could be read
   */
  public static Tokens open(Path file, LongSupplier nanoTime) {
    try {
      Tokens tokens = new Tokens(file, nanoTime);
      if (tokens.lines.stream().noneMatch(TokenLine::isToken)) {
        throw DemofusionException.badRequest(
            "tokens file " + file + " contains no token, so nobody could use the API; add one");
      }
      return tokens;
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, "tokens file " + file + " cannot be read: " + SafeFile.reason(e), e);
    }
  }

  /** As they were when the file was last read. */
  public synchronized List<TokenLine> lines() {
    return lines;
  }

  /** Has somebody told which tokens there are: at once, and whenever the file was read again. */
  public synchronized void watchedBy(Consumer<List<TokenLine>> newWatcher) {
    watcher = newWatcher;
    watcher.accept(lines);
  }

  /** Whose a secret is. May read the file, so not for an actor's thread. */
  synchronized Optional<Caller> find(String secret) {
    reloadIfChanged();
    byte[] hash = TokenLine.hash(secret);
    Caller found = null;
    for (TokenLine line : lines) {
      // No way out of the loop: the time taken does not tell which line it was.
      if (line.isOf(hash)) {
        found = new Caller(line.name(), Objects.requireNonNull(line.role()));
      }
    }
    return Optional.ofNullable(found);
  }

  private void reloadIfChanged() {
    if (nanoTime.getAsLong() - checkedAt < CHECK_INTERVAL.toNanos()) {
      return;
    }
    checkedAt = nanoTime.getAsLong();
    Version before = version;
    try {
      Version now = version();
      if (now.equals(before)) {
        return;
      }
      version = now;
      lines = read();
      watcher.accept(lines);
      LOG.info("event=tokens-read file={} tokens={}", file, lines.size());
    } catch (IOException | DemofusionException e) {
      if (version != null || !lines.isEmpty()) {
        String reason = e instanceof IOException io ? SafeFile.reason(io) : e.getMessage();
        LOG.error("event=tokens-unreadable file={} reason=\"{}\"", file, reason);
      }
      lines = List.of();
      version = e instanceof IOException ? null : version;
    }
  }

  private Version version() throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    if (!now.isRegularFile()) {
      // A pipe would be waited for, and with it every thread that waits for a disk here.
      throw new FileSystemException(file.toString(), null, "it is not a regular file");
    }
    return new Version(now.lastModifiedTime(), now.size(), now.fileKey());
  }

  private List<TokenLine> read() throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw DemofusionException.badRequest(
          "tokens file " + file + " has " + Files.size(file) + " bytes, more than " + LARGEST_FILE);
    }
    List<TokenLine> read = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String text = line.split("#", 2)[0].strip();
      if (!text.isEmpty()) {
        read.add(parse(text, number));
      }
    }
    try {
      Allowances.read(read);
    } catch (DemofusionException e) {
      throw DemofusionException.badRequest("tokens file " + file + ": " + e.userMessage());
    }
    return List.copyOf(read);
  }

  private TokenLine parse(String text, int number) {
    try {
      return TokenLine.parse(text);
    } catch (DemofusionException e) {
      throw DemofusionException.badRequest(
          "tokens file " + file + ", line " + number + ": " + e.userMessage());
    }
  }
}
