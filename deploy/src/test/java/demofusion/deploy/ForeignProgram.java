package demofusion.deploy.packaging;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that looks at our files where it is installed. Where it is not, the test says so and
 * stands aside: the build needs none of them.
 */
record Linter(String program) {
  private static final int PATIENCE_SECONDS = 240;

  /** What it said, both streams together. */
  record Said(int exitCode, String words) {}

  /**
   * @param source where one gets it
   */
  static Linter require(String program, String source) {
    boolean isThere = false;
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      isThere = isThere || Files.isExecutable(Path.of(folder, program));
    }
    assumeTrue(isThere, () -> program + " is not installed (" + source + ")");
    return new Linter(program);
  }

  Said run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    File words = File.createTempFile("linter", null);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words).start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end");
    }
    return new Said(process.exitValue(), Files.readString(words.toPath(), StandardCharsets.UTF_8));
  }
}
