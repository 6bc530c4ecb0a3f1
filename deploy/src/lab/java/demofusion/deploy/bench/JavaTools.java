package demofusion.deploy.bench;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a JDK says of another JVM, and a JRE does not. */
final class JavaTools {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  private JavaTools() {}

  static boolean areHere() {
    return Files.isExecutable(JCMD);
  }

  static String jcmd(ProcessHandle process, String command) {
    if (!areHere()) {
      throw DemofusionException.badRequest(
          "this benchmark needs a JDK: found no " + JCMD + " in this Java");
    }
    try {
      Process run =
          new ProcessBuilder(JCMD.toString(), Long.toString(process.pid()), command)
              .redirectErrorStream(true)
              .start();
      run.getOutputStream().close();
      return new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "the coordinator cannot be inspected: " + e.getMessage(), e);
    }
  }
}
