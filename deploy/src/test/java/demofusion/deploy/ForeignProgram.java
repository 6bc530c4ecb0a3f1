package demofusion.deploy;

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
 * A program of others that looks at our files or asks our farm, where it is installed. Where it is
 * not, the test says so and stands aside: the build needs none of them.
 */
public record ForeignProgram(String program) {
  private static final int PATIENCE_MINUTES = 8;

  /** What it said, both streams together. */
  public record Said(int exitCode, String words) {}

  /**
   * @param source where one gets it
   */
  public static ForeignProgram require(String program, String source) {
    assumeTrue(isInstalled(program), () -> program + " is not installed (" + source + ")");
    return new ForeignProgram(program);
  }

  static boolean isInstalled(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  public Said run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    File words = File.createTempFile("said", null);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words).start();
    if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end: " + Files.readString(words.toPath()));
    }
    return new Said(process.exitValue(), Files.readString(words.toPath(), StandardCharsets.UTF_8));
  }
}
