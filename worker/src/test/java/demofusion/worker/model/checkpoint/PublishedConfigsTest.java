package demofusion.worker.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.file.GoldenHeaders;
import demofusion.worker.model.file.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A full-size file is the folder that it was published with, to the last setting: also those that
 * the model's own solver does not read, since another one may (DDIM's last step is another by
 * {@code set_alpha_to_one}), and those that tell its identity.
 */
class PublishedConfigsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"sdxl, sdxl-base", "sd15, sd-1.5", "sd21-v, sd-2.1"})
  void areThoseOfTheFoldersThatShip(String header, String folder) throws IOException {
    Path published = GoldenData.path("../../../../deploy/models/" + folder).normalize();
    ModelFiles inferred = Checkpoint.read(GoldenHeaders.write(header, temp), null).configs();

    for (Path config : configs(published)) {
      String name = published.relativize(config).toString();
      assertThat(settings(inferred.read(name)))
          .as("%s of %s", name, folder)
          .isEqualTo(settings(Files.readAllBytes(config)));
    }
  }

  private static List<Path> configs(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** Null is None, which is no for every flag; one sort of numbers. */
  private static Map<String, String> settings(byte[] json) {
    try {
      Map<String, String> settings = new TreeMap<>();
      for (var setting : ((ObjectNode) JSON.readTree(json)).properties()) {
        JsonNode value = setting.getValue();
        if (!value.isNull()) {
          settings.put(
              setting.getKey(),
              value.isNumber() ? Double.toString(value.doubleValue()) : value.toString());
        }
      }
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
