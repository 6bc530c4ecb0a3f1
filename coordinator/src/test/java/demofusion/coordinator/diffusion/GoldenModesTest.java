package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenModes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That nothing in the golden data of the modes is without a test (modes section 12). */
class GoldenModesTest {
  @Test
  void everyOperationIsReadBySomeTest() throws IOException {
    String tests = sources("protocol") + sources("coordinator");

    assertThat(GoldenModes.names()).hasSize(279);
    assertThat(parts()).filteredOn(part -> !Pattern.compile(part).matcher(tests).find()).isEmpty();
  }

  /** What a test that reads them says: the first part of each name, and the last. */
  private static Set<String> parts() {
    Set<String> parts = new TreeSet<>();
    for (String name : GoldenModes.names()) {
      List<String> path = List.of(name.split("\\."));
      String first = path.get(0);
      parts.add("\"" + first + "\\.");
      // Those two go on with an enum's constants.
      if (!first.equals("fuse") && !first.equals("windows")) {
        parts.add("\\b" + path.get(path.size() - 1) + "[,\"]");
      }
    }
    return parts;
  }

  private static String sources(String module) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
      List<Path> tests =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("GoldenModesTest.java"))
              .collect(Collectors.toList());
      StringBuilder all = new StringBuilder();
      for (Path test : tests) {
        String source = Files.readString(test);
        if (source.contains("GoldenModes") || source.contains("modes.safetensors")) {
          all.append(source);
        }
      }
      return all.toString();
    }
  }
}
