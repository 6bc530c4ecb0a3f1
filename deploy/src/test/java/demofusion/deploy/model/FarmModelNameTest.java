package demofusion.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FarmModelNameTest {
  private final List<String> said = new ArrayList<>();
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "sdxl-base, sdxl-base",
    "sdxl-base@float16@cuda, sdxl-base@float16@cuda",
    "0123456789abcdef, 0123456789abcdef",
    "/models/sdxl-base, sdxl-base",
    "/models/sdxl-base/, sdxl-base",
    "/models/sdxl-base/@float16, sdxl-base@float16",
    "../models/sdxl-base, sdxl-base",
    "/models@home/sdxl-base@float16, sdxl-base@float16",
    "/cache/models--a--sdxl-base/snapshots/4621@float16, sdxl-base@float16",
    "/, /"
  })
  void meansTheLastFoldersName_whereTheFolderIsNotHere(String typed, String meant) {
    assertThat(FarmModelName.of(typed, said::add)).isEqualTo(meant);
    assertThat(said).isEmpty();
  }

  @Test
  void meansTheContent_whereTheFolderIsHere() {
    String hash = ModelFolder.open(ModelSource.of(Path.of("models/miniature"))).hash();

    assertThat(FarmModelName.of("models/miniature", said::add)).isEqualTo(hash);
    assertThat(FarmModelName.of("./models/miniature/@float32@cpu", said::add))
        .isEqualTo(hash + "@float32@cpu");
    assertThat(said)
        .first()
        .isEqualTo("reading models/miniature to find the same model on the farm");
  }

  @Test
  void meansTheName_whereWhatIsHereIsNoModel() {
    String typed = folder + "/../" + folder.getFileName();

    assertThat(FarmModelName.of(typed, said::add)).isEqualTo(folder.getFileName().toString());
    assertThat(said).isEmpty();
  }
}
