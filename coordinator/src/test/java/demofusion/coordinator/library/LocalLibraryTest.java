package demofusion.coordinator.library;

import static demofusion.coordinator.library.CraftedFiles.LORA_KEY;
import static demofusion.coordinator.library.CraftedFiles.lora;
import static demofusion.coordinator.library.CraftedFiles.sha256;
import static demofusion.coordinator.library.CraftedFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a machine, where they are.
 *
 * <pre>
 *   loras/plain.safetensors      without metadata
 *   loras/deep/named.safetensors calls itself Own Name, and has a hash of its own
 *   loras/.hidden.safetensors, loras/notes.txt
 *   elsewhere/single.safetensors
 * </pre>
 */
class LocalLibraryTest {
  private static final byte[] PLAIN = lora(3_000_000, 1);
  private static final byte[] NAMED =
      CraftedFiles.of(
          LORA_KEY,
          100,
          2,
          "\"ss_output_name\":\"Own Name\",\"sshs_model_hash\":\"" + "AB12".repeat(16) + "\"");

  @TempDir Path folder;
  private LocalLibrary library;

  @BeforeEach
  void put() {
    write(folder.resolve("loras/plain.safetensors"), PLAIN);
    write(folder.resolve("loras/deep/named.safetensors"), NAMED);
    write(folder.resolve("loras/.hidden.safetensors"), PLAIN);
    write(folder.resolve("loras/notes.txt"), PLAIN);
    write(folder.resolve("elsewhere/single.safetensors"), lora(10, 3));
    library =
        new LocalLibrary(
            List.of(
                new Place(LibraryKind.LORA, folder.resolve("elsewhere/single.safetensors")),
                new Place(LibraryKind.LORA, folder.resolve("loras"))));
  }

  @Test
  void findsAFile_byItsNameWithoutEnding_inAnyFolder() {
    assertThat(library.find(LibraryKind.LORA, "plain").orElseThrow())
        .isEqualTo(
            new LibraryFile(
                "plain",
                LibraryKind.LORA,
                sha256(PLAIN),
                sha256(Arrays.copyOfRange(PLAIN, headerEnd(PLAIN), PLAIN.length)).substring(0, 12),
                folder.resolve("loras/plain.safetensors")));
    assertThat(library.find(LibraryKind.LORA, "single")).isPresent();
    assertThat(library.find(LibraryKind.LORA, "named")).isPresent();
  }

  private static int headerEnd(byte[] file) {
    return 8 + (file[0] & 0xff) + ((file[1] & 0xff) << 8);
  }

  @Test
  void findsALora_byWhatItCallsItself_andHasItsOwnHash() {
    LibraryFile found = library.find(LibraryKind.LORA, "Own Name").orElseThrow();

    assertThat(found.name()).isEqualTo("named");
    assertThat(found.shortHash()).isEqualTo("ab12ab12ab12");
  }

  @Test
  void findsNothing_ofAnotherKind_norHiddenOrOtherFiles_norByAPath() {
    assertThat(library.find(LibraryKind.EMBEDDING, "plain")).isEmpty();
    assertThat(library.find(LibraryKind.LORA, ".hidden")).isEmpty();
    assertThat(library.find(LibraryKind.LORA, "notes")).isEmpty();
    assertThat(library.find(LibraryKind.LORA, "deep/named")).isEmpty();
    assertThat(library.find(LibraryKind.LORA, "../elsewhere/single")).isEmpty();
  }

  @Test
  void readsAFileOnce_untilItChanges() throws Exception {
    Path file = folder.resolve("loras/plain.safetensors");
    String before = library.find(LibraryKind.LORA, "plain").orElseThrow().hash();
    FileTime time = Files.getLastModifiedTime(file);
    byte[] changed = PLAIN.clone();
    changed[PLAIN.length - 1]++;
    Files.write(file, changed);
    Files.setLastModifiedTime(file, time);

    assertThat(library.find(LibraryKind.LORA, "plain").orElseThrow().hash()).isEqualTo(before);

    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(library.find(LibraryKind.LORA, "plain").orElseThrow().hash())
        .isEqualTo(sha256(changed));
  }

  @Test
  void locatesAFile_byItsHash_evenIfItWasNotAskedForBefore() {
    assertThat(library.path(sha256(NAMED)))
        .isEqualTo(folder.resolve("loras/deep/named.safetensors"));
    assertThatThrownBy(() -> library.path("0".repeat(64)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("0".repeat(64));
  }

  @Test
  void listsWhatCanBeRead_andGoesOn() {
    write(folder.resolve("loras/broken.safetensors"), new byte[20]);

    assertThat(library.files())
        .extracting(LibraryFile::name)
        .containsExactly("named", "plain", "single");
  }

  @Test
  void followsALinkThatLeadsAbove_onlyOnce() throws Exception {
    Files.createSymbolicLink(folder.resolve("loras/again"), folder.resolve("loras"));

    assertThat(library.files())
        .extracting(LibraryFile::name)
        .containsExactly("named", "plain", "single");
  }
}
