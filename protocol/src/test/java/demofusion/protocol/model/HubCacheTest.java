package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubCacheTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "/home/ann/sdxl-base, sdxl-base",
    "/cache/models--stabilityai--sdxl-1.0/snapshots/462165984030, sdxl-1.0",
    "/cache/models--stabilityai--sdxl-1.0/snapshots/462165984030/, sdxl-1.0",
    "/cache/models--stabilityai--sdxl-1.0, sdxl-1.0",
    "/cache/models--gpt2/snapshots/4621, gpt2",
    "/cache/models--a--b/snapshots/4621/vae, vae",
    "/cache/b/snapshots/4621, 4621",
    "/cache/models--, models--"
  })
  void callsAModelAsPeopleDo(Path folder, String name) {
    assertThat(HubCache.nameOf(folder)).isEqualTo(name);
  }

  @Test
  void callsAnotherVaeSoToo() {
    String vae = "/cache/models--madebyollin--sdxl-vae-fp16-fix/snapshots/207b116dae70";

    assertThat(new ModelSource("/m", null, vae).named("m").vae()).isEqualTo("sdxl-vae-fp16-fix");
  }

  @Test
  void takesWhatRefsMainNames_orElseTheOnlySnapshot() throws IOException {
    Path repository = temp.resolve("models--a--b");
    Path first = Files.createDirectories(repository.resolve("snapshots/1111"));
    assertThat(HubCache.filesOf(repository)).isEqualTo(first);

    Path second = Files.createDirectories(repository.resolve("snapshots/2222"));
    assertThatThrownBy(() -> HubCache.filesOf(repository))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("models--a--b has 2 snapshots")
        .hasMessageContaining("pass the folder of one");

    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), "2222");
    assertThat(HubCache.filesOf(repository)).isEqualTo(second);
    assertThat(HubCache.filesOf(second)).isEqualTo(second);
  }

  @Test
  void staysInTheCache_whateverItsReferenceSays() throws IOException {
    Path repository = temp.resolve("models--c--d");
    Path only = Files.createDirectories(repository.resolve("snapshots/1111"));
    Files.createDirectories(repository.resolve("refs"));

    for (String reference : List.of("", "../..", ".", "1111/..", "a\0b")) {
      Files.writeString(repository.resolve("refs/main"), reference);
      assertThat(HubCache.filesOf(repository)).as(reference).isEqualTo(only);
    }
  }

  @Test
  void leavesOtherFoldersAlone() throws IOException {
    Files.createDirectories(temp.resolve("mine/snapshots/1111"));
    Files.createDirectories(temp.resolve("models--a--b/unet"));

    assertThat(HubCache.filesOf(temp.resolve("mine"))).isEqualTo(temp.resolve("mine"));
    assertThat(HubCache.filesOf(temp.resolve("models--a--b")).endsWith("models--a--b")).isTrue();
  }
}
