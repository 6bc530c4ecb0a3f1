package demofusion.worker.model.lora;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Merged weights against those of the reference software, in all dialects and kinds. */
class GoldenLoraTest {
  private static final float TOLERANCE = 2e-6f;
  private static final String HASH = "0".repeat(64);
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("models/files.safetensors");
  private static final Map<String, ModelFolder> BASES =
      Map.of(
          "sdxl", ModelFolder.open(ModelSource.of(GoldenData.tinySdxl())),
          "sd15", ModelFolder.open(ModelSource.of(GoldenData.path("models/tiny-sd15"))),
          "sd21", ModelFolder.open(ModelSource.of(GoldenData.path("models/tiny-sd21"))));

  private record Golden(String name, String base, int modules) {
    Path path() {
      return GoldenData.path("models/lora/" + name + ".safetensors");
    }

    ModelFolder model() {
      return Optional.ofNullable(BASES.get(base)).orElseThrow();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Golden> files() throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode files = json.readTree(GoldenData.path("models/models.json").toFile()).get("files");
    JsonNode checked = json.readTree(GoldenData.path("models/checked.json").toFile());
    return StreamSupport.stream(files.spliterator(), false)
        .filter(file -> file.get("make").asText().equals("lora"))
        .map(
            file -> {
              String path = file.get("file").asText();
              return new Golden(
                  path.substring(path.indexOf('/') + 1, path.indexOf('.')),
                  file.get("base").asText(),
                  checked.get(path).get("modules").asInt());
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void findsEveryModule(Golden golden) {
    LoraFile file = LoraFile.open(golden.name(), golden.path(), golden.model());

    assertThat(file.moduleCount()).isEqualTo(golden.modules());
    assertThat(file.unmatched()).isEmpty();
    file.check(golden.model());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void mergesAsTheReferenceDoes(Golden golden) {
    List<LoraUse> uses = List.of(new LoraUse(golden.name(), HASH, 1, 1));
    AdditionFiles files = hash -> golden.path();
    String beginning = golden.name() + ".weight.";
    int compared = 0;
    for (String name : GOLDEN.names()) {
      if (name.startsWith(beginning)) {
        String part = name.substring(beginning.length(), name.indexOf('.', beginning.length()));
        String module = name.substring(beginning.length() + part.length() + 1);
        LoraSet set =
            switch (part) {
              case "unet" -> LoraSet.ofUnet(golden.model(), uses, files);
              case "text_encoder" -> LoraSet.ofTower(golden.model(), 0, uses, files);
              default -> LoraSet.ofTower(golden.model(), 1, uses, files);
            };

        float[] merged = set.merged(module + ".weight");

        assertThat(set.touched()).contains(module + ".weight");
        assertThat(merged).containsExactly(GOLDEN.tensor(name).values(), Offset.offset(TOLERANCE));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }
}
