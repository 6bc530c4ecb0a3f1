package demofusion.coordinator.library.store;

import static demofusion.coordinator.library.CraftedFiles.checkpoint;
import static demofusion.coordinator.library.CraftedFiles.lora;
import static demofusion.coordinator.library.CraftedFiles.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.library.CraftedFiles;
import demofusion.coordinator.library.LibraryFile;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.UploadView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
  private static final byte[] LORA = lora(5000, 1);
  private static final String HASH = sha256(LORA);
  private static final byte[] OTHER_LORA = lora(6000, 2);
  private static final StoreLimits LIMITS = new StoreLimits(10_000, 20_000);

  @TempDir Path folder;
  private final Deque<Runnable> checks = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private ModelStore store;

  @BeforeEach
  void openAnew() {
    store = open();
  }

  /** As a process does that comes after one that was killed. */
  private ModelStore open() {
    return ModelStore.open(folder, LIMITS, Runnable::run, () -> now);
  }

  private static NewStoredFile named(String name, byte[] bytes) {
    return new NewStoredFile(name, bytes.length, sha256(bytes));
  }

  private UploadView send(String hash, byte[] bytes, int from, int to) {
    try (Uploads.Writer writer = store.uploads().write(hash, from)) {
      writer.append(ByteBuffer.wrap(bytes, from, to - from));
    }
    return store.uploads().find(hash);
  }

  private UploadView add(String name, byte[] bytes) {
    store.uploads().announce(named(name, bytes));
    return send(sha256(bytes), bytes, 0, bytes.length);
  }

  @Test
  void keepsAFile_underItsHash_byItsName() throws Exception {
    UploadView upload = add("pixel art", LORA);

    assertThat(upload.state()).isEqualTo(UploadView.State.STORED);
    assertThat(store.find(LibraryKind.LORA, "pixel art").orElseThrow().hash()).isEqualTo(HASH);
    assertThat(store.find(LibraryKind.VAE, "pixel art")).isEmpty();
    assertThat(store.path(HASH)).hasBinaryContent(LORA);
    assertThat(store.list().files()).extracting(StoredFile::kind).containsExactly("lora");
    assertThat(store.list().bytes()).isEqualTo(LORA.length);
    assertThat(folder.resolve("uploads").toFile().list()).isEmpty();
  }

  /** Wherever it is cut, and whether the process lives on or not. */
  @Test
  void goesOn_wherever_itWasCut() {
    for (int cut : new int[] {0, 1, 7, 8, 100, LORA.length - 1, LORA.length}) {
      store.uploads().announce(named("x", LORA));
      if (cut < LORA.length) {
        assertThat(send(HASH, LORA, 0, cut).offset()).isEqualTo(cut);
      } else {
        Uploads.Writer killed = store.uploads().write(HASH, 0);
        killed.append(ByteBuffer.wrap(LORA)); // and never closed
      }

      store = open();

      assertThat(store.uploads().announce(named("x", LORA)).offset()).isEqualTo(cut);
      UploadView upload =
          cut < LORA.length ? send(HASH, LORA, cut, LORA.length) : store.uploads().find(HASH);
      assertThat(upload.state()).as("cut at %s", cut).isEqualTo(UploadView.State.STORED);
      assertThat(store.path(HASH)).hasBinaryContent(LORA);
      store.remove(HASH);
    }
  }

  @Test
  void survivesACrash_atEveryStepOfKeepingAFile() throws Exception {
    store.uploads().announce(named("x", LORA));
    send(HASH, LORA, 0, 100);
    Path part = folder.resolve("uploads").resolve(HASH + ".part");
    Path file = folder.resolve("files").resolve(HASH + ".safetensors");
    Files.write(part, LORA);
    Files.move(part, file); // kept, and then the power went

    store = open();

    assertThat(store.list().files()).extracting(StoredFile::name).containsExactly("x");

    Path announced = folder.resolve("uploads").resolve(HASH + ".json");
    Files.writeString(announced, "{}"); // its entry written, and then the power went
    store = open();

    assertThat(store.list().files()).hasSize(1);
    assertThat(announced).doesNotExist();

    Files.delete(folder.resolve("files").resolve(HASH + ".json")); // half removed
    store = open();

    assertThat(store.list().files()).isEmpty();
    assertThat(file).doesNotExist();
  }

  /** As on a full disk, which has no room for the entry. */
  @Test
  void keepsAnUpload_whoseEntryCannotBeWritten_untilItCan() throws Exception {
    byte[] model = checkpoint(100, 1);
    String hash = sha256(model);
    StoredConfig config = new StoredConfig(Map.of("unet/config.json", "{}"));
    store.uploads().announce(named("model", model));
    store.uploads().describe(hash, config);
    Path entry = folder.resolve("files").resolve(hash + ".json");
    Path inTheWay = entry.resolve("x");
    Files.createDirectories(inTheWay);

    assertThat(send(hash, model, 0, model.length).offset()).isEqualTo(model.length);
    assertThat(folder.resolve("files").resolve(hash + ".safetensors")).doesNotExist();
    Files.delete(inTheWay);
    Files.delete(entry);
    store.uploads().find(hash); // which has it read again

    assertThat(store.uploads().find(hash).state()).isEqualTo(UploadView.State.STORED);
    assertThat(store.path(hash)).hasBinaryContent(model);
    assertThat(store.config(hash)).isEqualTo(config);
  }

  @Test
  void keepsWhatHasCome_underAnotherName() {
    store.uploads().announce(named("x", LORA));
    send(HASH, LORA, 0, 100);

    UploadView renamed = store.uploads().announce(named("y", LORA));
    assertThat(renamed.name()).isEqualTo("y");
    assertThat(renamed.offset()).isEqualTo(100);
    store = open();

    assertThat(store.uploads().find(HASH).name()).isEqualTo("y");
    assertThat(send(HASH, LORA, 100, LORA.length).state()).isEqualTo(UploadView.State.STORED);
  }

  @Test
  void doesNotRefuse_whatBeganAnew_forWhatWasCancelled() {
    store = ModelStore.open(folder, LIMITS, checks::add, () -> now);
    add("x", lora(5000, 2)); // as it should be
    store.uploads().announce(named("x2", LORA));
    try (Uploads.Writer writer = store.uploads().write(HASH, 0)) {
      writer.append(ByteBuffer.wrap(new byte[LORA.length])); // which it should not be
    }
    store.uploads().cancel(HASH);
    store.uploads().announce(named("x2", LORA));

    checks.forEach(Runnable::run);

    assertThat(store.uploads().find(HASH).state()).isEqualTo(UploadView.State.RECEIVING);
    assertThat(store.list().files()).extracting(StoredFile::name).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "{\"hash\":null}", "{\"hash\":\"HASH\"}", "[", ""})
  void starts_whateverIsDamaged(String damaged) throws Exception {
    byte[] other = lora(100, 2);
    add("x", LORA);
    add("y", other);
    String text = damaged.replace("HASH", HASH);
    Files.writeString(folder.resolve("files").resolve(HASH + ".json"), text);
    String coming = "0".repeat(64);
    Files.writeString(folder.resolve("uploads").resolve(coming + ".json"), text);

    store = open();

    assertThat(store.list().files()).extracting(StoredFile::name).containsExactly("y");
    assertThat(store.find(LibraryKind.LORA, "x")).isEmpty();
    assertThatThrownBy(() -> store.uploads().find(coming)).isInstanceOf(DemofusionException.class);
  }

  @Test
  void letsTheNewestConnectionSend() {
    store.uploads().announce(named("x", LORA));
    Uploads.Writer former = store.uploads().write(HASH, 0);
    former.append(ByteBuffer.wrap(LORA, 0, 100));

    send(HASH, LORA, 100, 200);

    assertThatThrownBy(() -> former.append(ByteBuffer.wrap(LORA, 100, 100)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("another connection");
    assertThat(store.uploads().find(HASH).offset()).isEqualTo(200);
  }

  @Test
  void refusesToGoOn_whereItDidNotEnd_andMoreThanWasAnnounced() {
    store.uploads().announce(named("x", LORA));
    send(HASH, LORA, 0, 100);

    assertThatThrownBy(() -> store.uploads().write(HASH, 99))
        .hasMessageContaining("100 of " + LORA.length)
        .extracting("code")
        .isEqualTo(FailureCode.CONFLICT);
    try (Uploads.Writer writer = store.uploads().write(HASH, 100)) {
      assertThatThrownBy(() -> writer.append(ByteBuffer.allocate(LORA.length)))
          .hasMessageContaining("more than the " + LORA.length);
    }
  }

  @Test
  void refusesWhatIsNotWhatWasAnnounced_andKeepsNothing() throws Exception {
    byte[] other = lora(5000, 2);
    store.uploads().announce(named("x", LORA));

    UploadView upload = send(HASH, other, 0, other.length);

    assertThat(upload.state()).isEqualTo(UploadView.State.REFUSED);
    assertThat(upload.reason()).contains(sha256(other)).contains(HASH);
    assertThat(folder.resolve("uploads").toFile().list()).isEmpty();
    assertThat(folder.resolve("files").toFile().list()).isEmpty();
    assertThat(add("x", LORA).state()).isEqualTo(UploadView.State.STORED);
  }

  static Stream<byte[]> useless() {
    return Stream.of(
        "PK\3\4 a pickle, zipped, of some length".getBytes(StandardCharsets.ISO_8859_1),
        "<!DOCTYPE html><html>not found</html>".getBytes(StandardCharsets.ISO_8859_1),
        new byte[3],
        Arrays.copyOf(LORA, LORA.length - 1),
        CraftedFiles.of("something.else", 100, 1, ""));
  }

  @ParameterizedTest
  @MethodSource("useless")
  void refusesWhatCannotBeUsed_withoutItsPath(byte[] bytes) throws Exception {
    UploadView upload = add("x", bytes);

    assertThat(upload.state()).isEqualTo(UploadView.State.REFUSED);
    assertThat(upload.reason()).isNotBlank().doesNotContain(folder.toString());
    assertThat(folder.resolve("files").toFile().list()).isEmpty();
  }

  @Test
  void saysWhatAPickleIs() {
    byte[] pickle = "PK\3\4 a pickle, zipped, of some length".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(add("model", pickle).reason()).contains("pickle").contains("convert it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../x", "a/b", "a\\b", "", ".x", " x", "x ", "a\nb", "a:b", "<lora>", "x.ckpt", "x.PT"
      })
  void refusesNames_thatAreNoNames(String name) {
    assertThatThrownBy(() -> store.uploads().announce(named(name, LORA)))
        .isInstanceOf(DemofusionException.class);
  }

  @Test
  void refusesNames_thatNoWorkersDiskTakes() {
    assertThatThrownBy(() -> store.uploads().announce(named("\u4e2d".repeat(67), LORA)))
        .hasMessageContaining("201 bytes")
        .hasMessageContaining("at most 200");
    assertThat(store.uploads().announce(named("\u4e2d".repeat(66), LORA)).offset()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "", "abc", "ABCD"})
  void refusesHashes_thatAreNone(String hash) {
    assertThatThrownBy(() -> store.uploads().announce(new NewStoredFile("x", 10, hash)))
        .isInstanceOf(DemofusionException.class);
    assertThatThrownBy(() -> store.path(hash)).isInstanceOf(DemofusionException.class);
    assertThatThrownBy(() -> store.uploads().find(hash)).isInstanceOf(DemofusionException.class);
  }

  @Test
  void takesNoMoreThanItsLimits_whatIsAnnouncedCounts() {
    assertThatThrownBy(() -> store.uploads().announce(new NewStoredFile("x", 10_001, HASH)))
        .hasMessageContaining("10001")
        .hasMessageContaining("10000");
    add("a", lora(9000, 1));
    store.uploads().announce(named("b", lora(9000, 2)));

    assertThatThrownBy(() -> store.uploads().announce(named("c", lora(4000, 3))))
        .hasMessageContaining("models remove")
        .extracting("code")
        .isEqualTo(FailureCode.TOO_MUCH);

    now = now.plus(Duration.ofDays(400)); // an upload that nobody goes on with

    assertThat(store.uploads().announce(named("c", lora(4000, 3))).offset()).isZero();
  }

  @Test
  void givesAName_toOneFile() {
    add("x", LORA);

    assertThatThrownBy(() -> store.uploads().announce(named("x", lora(100, 9))))
        .hasMessageContaining("--name")
        .extracting("code")
        .isEqualTo(FailureCode.CONFLICT);
    assertThat(store.uploads().announce(named("y", LORA)).name()).isEqualTo("x");
  }

  @Test
  void removesAFile_whileItIsRead() throws Exception {
    add("x", LORA);
    try (var open = Files.newByteChannel(store.path(HASH))) {
      store.remove(HASH);

      assertThat(open.size()).isEqualTo(LORA.length);
    }
    assertThatThrownBy(() -> store.path(HASH)).isInstanceOf(DemofusionException.class);
    assertThat(folder.resolve("files").toFile().list()).isEmpty();
  }

  @Test
  void keepsConfigurations_withACheckpoint_andNoOtherNames() {
    byte[] model = checkpoint(100, 1);
    add("lora", LORA);
    add("model", model);
    StoredConfig config = new StoredConfig(Map.of("unet/config.json", "{}", "merges.txt", ""));

    assertThat(store.describe(sha256(model), config).hasConfig()).isTrue();
    store = open();

    assertThat(store.config(sha256(model))).isEqualTo(config);
    assertThatThrownBy(() -> store.describe(HASH, config)).hasMessageContaining("only checkpoints");
    for (String name : List.of("../x.json", "/x.json", "a/b/c.json", "x.bin", "")) {
      assertThatThrownBy(() -> store.describe(sha256(model), new StoredConfig(Map.of(name, "{}"))))
          .as(name)
          .isInstanceOf(DemofusionException.class);
    }
  }

  @Test
  void keepsWhatACheckpointRecommends_withTheConfigurationsThatItHas() {
    byte[] model = checkpoint(100, 1);
    add("model", model);
    String hash = sha256(model);
    store.describe(hash, new StoredConfig(Map.of("merges.txt", "a b")));

    store.describe(hash, new StoredConfig(Map.of("demofusion.json", "{\"steps\": 4}")));

    assertThat(store.config(hash).files())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("merges.txt", "a b", "demofusion.json", "{\"steps\": 4}"));
  }

  @Test
  void refusesRecommendationsThatNoModelCanHave() {
    byte[] model = checkpoint(100, 1);
    add("model", model);

    for (String text : List.of("{\"steps\": \"x\"}", "{\"prompt\": \"x\"}", "[]", "{", "")) {
      assertThatThrownBy(
              () ->
                  store.describe(sha256(model), new StoredConfig(Map.of("demofusion.json", text))))
          .as(text)
          .isInstanceOf(DemofusionException.class)
          .extracting("code")
          .isEqualTo(FailureCode.BAD_REQUEST);
    }
  }

  @Test
  void hasTheFilesOfAFolderToo_withoutCopyingThem(@TempDir Path loras) {
    Path other = CraftedFiles.write(loras.resolve("other.safetensors"), OTHER_LORA);
    add("x", LORA);
    store.alsoHas(new LocalLibrary(List.of(new LocalLibrary.Place(LibraryKind.LORA, loras))));

    assertThat(store.find(LibraryKind.LORA, "other").orElseThrow().path()).isEqualTo(other);
    assertThat(store.path(sha256(OTHER_LORA))).isEqualTo(other);
    assertThat(store.names(LibraryKind.LORA)).containsExactly("other", "x");
    assertThat(store.files()).extracting(LibraryFile::name).containsExactly("other", "x");
    assertThat(store.list().files()).extracting(StoredFile::name).containsExactly("other", "x");
    assertThat(store.list().bytes()).as("the quota's").isEqualTo(LORA.length);
    assertThat(store.find(sha256(OTHER_LORA))).as("workers fetch it").isPresent();
    assertThatThrownBy(() -> store.remove(sha256(OTHER_LORA))).hasMessageContaining("no file");
    assertThatThrownBy(() -> store.path("0".repeat(64))).hasMessageContaining("the store has no");
    add("mine", OTHER_LORA);
    assertThat(store.list().bytes()).as("it came").isEqualTo(LORA.length + OTHER_LORA.length);
  }

  @Test
  void prefersItsOwnFile_whereAFolderHasOneOfTheSameName(@TempDir Path loras) {
    Path unused = CraftedFiles.write(loras.resolve("x.safetensors"), OTHER_LORA);
    add("x", LORA);
    store.alsoHas(new LocalLibrary(List.of(new LocalLibrary.Place(LibraryKind.LORA, loras))));

    assertThat(store.find(LibraryKind.LORA, "x").orElseThrow().hash()).isEqualTo(HASH);
    assertThat(store.list().files()).hasSize(1);
    assertThat(unused).exists();
  }
}
