package demofusion.deploy.fetch;

import static demofusion.deploy.fetch.StoreServer.checkpoint;
import static demofusion.deploy.fetch.StoreServer.client;
import static demofusion.deploy.fetch.StoreServer.lora;
import static demofusion.deploy.fetch.StoreServer.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.client.FarmClient;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.worker.model.folder.SettingsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files go up and come down through a line that breaks.
 *
 * <pre>
 *   ModelFiles ──▶ BrittleLine ──▶ StoreServer ──▶ BrittleLine ──▶ FetchedFiles ──▶ FileCache
 * </pre>
 */
class FetchedFilesTest {
  private static final byte[] LORA = lora(4_000_000, 1);

  @TempDir Path folder;
  private StoreServer server;

  @BeforeEach
  void start() {
    server = new StoreServer(folder.resolve("store"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private FetchedFiles files(String url, String cache, long limit) {
    return files(url, cache, limit, true);
  }

  private FetchedFiles files(String url, String cache, long limit, boolean isTold) {
    return new FetchedFiles(
        hash -> Optional.empty(),
        new FileCache(folder.resolve(cache), limit),
        question -> {
          try (FarmClient client = client(url)) {
            return question.ask(client.workFiles());
          }
        },
        isTold);
  }

  private FetchedFiles files() {
    return files(server.http.url(), "cache", 100_000_000);
  }

  @Test
  void uploadsAFile_howeverOftenTheLineIsCut() throws Exception {
    Path file = Files.write(folder.resolve("x.safetensors"), LORA);
    try (BrittleLine line =
            new BrittleLine(server.http.address(), n -> n % 3 == 2 ? 100 : 400_000 + 3333 * n);
        FarmClient client = client(line.url())) {
      StoredFile stored = client.modelFiles().upload(named("x", LORA), file, null, at -> {});

      assertThat(stored.kind()).isEqualTo("lora");
      assertThat(server.store.path(stored.hash())).hasBinaryContent(LORA);
      assertThat(line.connections.get()).isGreaterThan(9);
    }
  }

  @Test
  void fetchesAFile_howeverOftenTheLineIsCut_andNoByteOfItTwice() throws Exception {
    NewStoredFile file = server.add("x", LORA);
    try (BrittleLine line =
        new BrittleLine(server.http.address(), n -> n % 3 == 2 ? 100 : 700_000 + 3333 * n)) {
      Path path = files(line.url(), "cache", 100_000_000).locate(file.hash());

      assertThat(path).hasBinaryContent(LORA).hasFileName("x.safetensors");
      assertThat(line.connections.get()).isGreaterThan(6);
    }
    assertThat(files().locate(file.hash())).hasBinaryContent(LORA);
  }

  @Test
  void goesOn_withWhatAKilledProcessHad() throws Exception {
    NewStoredFile file = server.add("x", LORA);
    Path part = folder.resolve("cache").resolve(file.hash()).resolve("fetching");
    Files.createDirectories(part.resolveSibling("."));
    Files.write(part, Arrays.copyOf(LORA, 3_900_000));

    assertThat(files().locate(file.hash())).hasBinaryContent(LORA);
    assertThat(server.served.get()).isEqualTo(LORA.length - 3_900_000);
    assertThat(part).doesNotExist();
  }

  @Test
  void doesNotGoOn_withWhatIsDamaged() throws Exception {
    NewStoredFile file = server.add("x", LORA);
    Path part = folder.resolve("cache").resolve(file.hash()).resolve("fetching");
    Files.createDirectories(part.resolveSibling("."));
    Files.write(part, lora(4_000_000, 7));

    assertThatThrownBy(() -> files().locate(file.hash()))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("damaged")
        .extracting("code")
        .isEqualTo(FailureCode.MISSING_ASSET);
    assertThat(files().locate(file.hash())).hasBinaryContent(LORA);
  }

  @Test
  void fetchesOnce_forAllWhoWantItAtOnce() {
    NewStoredFile file = server.add("x", LORA);
    FetchedFiles one = files();
    FetchedFiles other = files();
    List<CompletableFuture<Path>> all =
        Stream.of(one, one, one, other, other)
            .map(each -> CompletableFuture.supplyAsync(() -> each.locate(file.hash())))
            .toList();

    assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(server.served.get()).isEqualTo(LORA.length);
  }

  @Test
  void saysWhatIsMissing_inOneSentence() {
    assertThatThrownBy(() -> files().locate("0".repeat(64)))
        .hasMessageContaining("was removed")
        .extracting("code")
        .isEqualTo(FailureCode.NOT_FOUND);
    assertThatThrownBy(() -> files().locate("../../x")).isInstanceOf(DemofusionException.class);
  }

  @Test
  void leavesItToOtherWorkers_whereTheStoreIsOnlyGuessed() {
    assertThatThrownBy(() -> files(server.http.url(), "cache", 1000, false).locate("0".repeat(64)))
        .hasMessageContaining("--api")
        .extracting("code")
        .isEqualTo(FailureCode.MISSING_ASSET);
  }

  @ParameterizedTest
  @MethodSource("unusableNames")
  void keepsAFile_whoseNameNoDiskTakes_underItsHash(String name) {
    String hash = "0".repeat(64);
    FileCache cache = new FileCache(folder.resolve("cache"), 1000);

    Path kept = cache.get(hash, name, 1, part -> write(part, new byte[1]));

    assertThat(kept).hasFileName(hash + ".safetensors").exists();
    assertThat(cache.find(hash)).hasValue(kept);
  }

  static Stream<String> unusableNames() {
    return Stream.of("\u4e2d".repeat(99), "half a pair \ud800", "../x");
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void leavesNothingAnnounced_whenItsConfigurationsAreRefused() throws Exception {
    Path file = Files.write(folder.resolve("x.safetensors"), LORA);
    NewStoredFile wanted = named("x", LORA);
    StoredConfig config = new StoredConfig(Map.of("../x.json", "{}"));
    try (FarmClient client = client(server.http.url())) {
      assertThatThrownBy(() -> client.modelFiles().upload(wanted, file, config, at -> {}))
          .hasMessageContaining("../x.json");
    }
    assertThatThrownBy(() -> server.store.uploads().find(wanted.hash()))
        .extracting("code")
        .isEqualTo(FailureCode.NOT_FOUND);
  }

  @Test
  void fetchesWhatACheckpointRecommends_besideIt() throws Exception {
    byte[] bytes = checkpoint();
    Path file = Files.write(folder.resolve("m.safetensors"), bytes);
    StoredConfig own = new StoredConfig(Map.of("demofusion.json", "{\"steps\":4}"));
    try (FarmClient client = client(server.http.url())) {
      StoredFile stored = client.modelFiles().upload(named("m", bytes), file, own, at -> {});

      StoredCheckpoint model = StoredCheckpoint.fetch(stored, client.workFiles(), files());

      assertThat(model.config()).as("nothing of the configuration is replaced").isEmpty();
      assertThat(SettingsFile.beside(model.file()).values()).isEqualTo(Map.of("steps", 4));

      Map<String, String> others = Map.of("merges.txt", "a b");
      server.store.describe(stored.hash(), new StoredConfig(others));
      StoredCheckpoint later = StoredCheckpoint.fetch(stored, client.workFiles(), files());
      assertThat(later.config().orElseThrow().resolve("merges.txt")).hasContent("a b");
      assertThat(SettingsFile.beside(later.file()).isEmpty()).as("they are gone").isTrue();
    }
  }

  @Test
  void keepsWithinItsLimit_andGivesUpWhatWasNotUsedForLongest() throws Exception {
    FetchedFiles files = files(server.http.url(), "small", 2_500_000);
    NewStoredFile a = server.add("a", lora(1_000_000, 1));
    NewStoredFile b = server.add("b", lora(1_000_000, 2));
    NewStoredFile c = server.add("c", lora(1_000_000, 3));
    files.locate(a.hash());
    Thread.sleep(20);
    files.locate(b.hash());
    Thread.sleep(20);
    files.locate(a.hash());
    Thread.sleep(20);

    Path kept = files.locate(c.hash());

    assertThat(kept).exists();
    FileCache cache = files.cache();
    assertThat(cache.find(a.hash())).isPresent();
    assertThat(cache.find(b.hash())).isEmpty();
    assertThatThrownBy(() -> files.locate(server.add("large", lora(3_000_000, 4)).hash()))
        .hasMessageContaining("--cache-size");
    assertThat(cache.find(c.hash())).isPresent();
  }

  @Test
  void leavesRoom_forWhatIsBeingFetched() {
    String a = "a".repeat(64);
    String b = "b".repeat(64);
    String c = "c".repeat(64);
    FileCache cache = new FileCache(folder.resolve("cache"), 2500);
    FileCache ofAnotherProcess = new FileCache(folder.resolve("cache"), 2500);
    cache.get(a, "a", 1000, part -> write(part, new byte[1000]));

    cache.get(
        b,
        "b",
        1000,
        part -> {
          ofAnotherProcess.get(c, "c", 1000, other -> write(other, new byte[1000]));
          write(part, new byte[1000]);
        });

    assertThat(cache.find(a)).isEmpty();
    assertThat(cache.find(b)).isPresent();
    assertThat(cache.find(c)).isPresent();
  }
}
