package demofusion.deploy.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the program's own source: every line that it logs is an event with fields. */
class LogLinesTest {
  private static final Pattern CALL =
      Pattern.compile("\\bLOG\\s*\\.(?:trace|debug|info|warn|error)\\(");
  private static final Pattern LITERALS =
      Pattern.compile("\\G\\s*\\+?\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  @Test
  void areEventsWithFields() throws IOException {
    List<String> patterns = patterns();

    assertThat(patterns).hasSizeGreaterThan(50);
    for (String pattern : patterns) {
      Object[] arguments = new Object[20];
      assertThat(LogFields.of(pattern, arguments)).as(pattern).isPresent();
    }
  }

  @Test
  void tellNoPromptsAndNoSecrets() throws IOException {
    assertThat(patterns())
        .noneMatch(pattern -> pattern.matches(".*\\b(prompt|token|secret|password|key)=.*"));
  }

  /** What stands in all calls. */
  static List<String> patterns() throws IOException {
    List<String> patterns = new ArrayList<>();
    for (String module : List.of("protocol", "coordinator", "worker", "deploy")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          patterns.addAll(patterns(Files.readString(file)));
        }
      }
    }
    return patterns;
  }

  /** The first argument of each call, its literals put together. */
  private static List<String> patterns(String source) {
    List<String> patterns = new ArrayList<>();
    Matcher call = CALL.matcher(source);
    while (call.find()) {
      StringBuilder pattern = new StringBuilder();
      Matcher literals = LITERALS.matcher(source);
      for (int from = call.end(); literals.find(from); from = literals.end()) {
        pattern.append(literals.group(1).replace("\\\"", "\""));
      }
      patterns.add(pattern.toString());
    }
    return patterns;
  }
}
