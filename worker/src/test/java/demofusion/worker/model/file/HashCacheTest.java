package demofusion.worker.model.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashCacheTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir Path temp;

  private final AtomicInteger read = new AtomicInteger();

  /** Its time of change is now, whatever its time of modification says. */
  @Test
  void trustsNoFileThatWasChangedJustNow() throws IOException {
    Path file = Files.write(temp.resolve("model"), new byte[100]);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    HashCache cache = new HashCache(temp.resolve("cache"), 1);

    cache.get("a", List.of(file), this::hash);
    cache.get("a", List.of(file), this::hash);

    assertThat(read).hasValue(2);
    assertThat(temp.resolve("cache")).doesNotExist();
  }

  /** A file that is there as long as Java is. */
  @Test
  void readsAFileOnce_andAgainForAnotherPurpose_orWhereWhatWasKeptIsSpoiled() throws IOException {
    Path file = Path.of(System.getProperty("java.home"), "lib", "modules");
    HashCache cache = new HashCache(temp.resolve("cache"), 1);

    assertThat(cache.get("a", List.of(file), this::hash)).isEqualTo(HASH);
    assertThat(cache.get("a", List.of(file), this::hash)).isEqualTo(HASH);
    assertThat(read).hasValue(1);

    cache.get("b", List.of(file), this::hash);
    assertThat(read).hasValue(2);

    try (Stream<Path> entries = Files.list(temp.resolve("cache"))) {
      for (Path entry : entries.toList()) {
        Files.writeString(entry, "x".repeat(64));
      }
    }
    assertThat(cache.get("a", List.of(file), this::hash)).isEqualTo(HASH);
    assertThat(read).hasValue(3);
  }

  @Test
  void keepsNothingOfSmallFiles_norOfWhatIsNotThere() {
    Path file = Path.of(System.getProperty("java.home"), "lib", "modules");
    HashCache cache = new HashCache(temp.resolve("cache"), Long.MAX_VALUE);

    cache.get("a", List.of(file), this::hash);
    cache.get("a", List.of(temp.resolve("none")), this::hash);

    assertThat(read).hasValue(2);
    assertThat(temp.resolve("cache")).doesNotExist();
  }

  private String hash() {
    read.incrementAndGet();
    return HASH;
  }
}
