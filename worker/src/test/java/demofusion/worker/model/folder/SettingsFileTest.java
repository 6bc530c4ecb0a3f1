package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsFileTest {
  @TempDir Path temp;

  @Test
  void liesInAModelsFolder_andIsNoPartOfItsIdentity() {
    CraftedFolder folder = CraftedFolder.copyOfTiny(temp);
    String hash = folder.open().hash();
    assertThat(folder.open().settings()).isEqualTo(ModelSettings.NONE);

    folder.write("demofusion.json", "{\"steps\": 8}".getBytes(StandardCharsets.UTF_8));

    assertThat(folder.open().settings()).isEqualTo(new ModelSettings(Map.of("steps", 8)));
    assertThat(folder.open().hash()).isEqualTo(hash);
  }

  @Test
  void liesBesideAFile_underItsName() throws IOException {
    Path model = Files.createFile(temp.resolve("v1.5-pruned.safetensors"));
    Files.writeString(temp.resolve("demofusion.json"), "{\"steps\": 1}"); // nobody's
    assertThat(SettingsFile.beside(model)).isEqualTo(ModelSettings.NONE);

    Files.writeString(temp.resolve("v1.5-pruned.demofusion.json"), "{\"steps\": 8}");

    assertThat(SettingsFile.beside(model)).isEqualTo(new ModelSettings(Map.of("steps", 8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"stepz\": 8} | demofusion.json: unknown setting \"stepz\"; a model may recommend",
        "{\"steps\": 0} | demofusion.json: steps 0 must be between",
        "{\"guidanceScale\": NaN} | demofusion.json: guidanceScale NaN must be a number",
        "[] | demofusion.json must be a JSON object",
        "{\"steps\": 8 | demofusion.json is not valid JSON",
        "{\"steps\": 8, \"steps\": 9} | demofusion.json is not valid JSON",
      })
  void refusesTheModel_sayingWhatIsWrongWithIt(String json, String sentence) throws IOException {
    Files.writeString(temp.resolve("demofusion.json"), json);

    assertThatThrownBy(() -> SettingsFile.beside(temp))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(FailureCode.BAD_MODEL);
              assertThat(refusal.userMessage()).startsWith(sentence);
            });
  }
}
