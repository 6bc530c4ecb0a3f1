package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.deploy.Distribution.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README's farm on three machines, command by command, by their names. The machines are addresses
 * of this one: each node has a folder of its own, with the files that it gets and no others.
 */
class ThreeMachinesIT {
  private static final List<String> NAMES = List.of("a.lan", "b.lan", "c.lan");

  @TempDir Path folder;

  @Test
  void drawsForALaptop_andForNobodyWithoutATokenOrAnotherAuthority() throws Exception {
    Map<String, String> names = Map.of("DEMOFUSION_JAVA_OPTS", names());
    Distribution a = Distribution.builtOne(folder);
    a.run("certificates", "farm-tls", "--host", "a.lan", "--host", "b.lan", "--host", "c.lan");
    a.run("certificates", "other-tls", "--host", "a.lan");
    String token = a.run("token", "ann", "--role", "submit", "--tokens", "farm-tokens").out();
    String meeting = "a.lan:" + freePort();
    String http = "a.lan:" + freePort();

    try (FarmProcesses farm = new FarmProcesses(folder, "three-machines")) {
      FarmNode coordinator =
          farm.start(
              "a.lan",
              words(
                  "coordinator --data farm --tls farm-tls --tokens farm-tokens --bind "
                      + meeting
                      + " --http "
                      + http),
              names);
      for (String host : NAMES.subList(1, 3)) {
        String worker = "worker --join " + meeting + " --bind " + host + ":0 --synthetic window=8";
        farm.start(host, words(worker + " --tls " + filesOf(host)), names);
      }
      coordinator.awaitLog("a.lan resolves to this machine's loopback address", 1);
      Map<String, String> laptop = new HashMap<>(names);
      laptop.put("DEMOFUSION_COORDINATOR", "https://" + http);
      laptop.put("DEMOFUSION_CA", "farm-tls/ca.crt");
      laptop.put("DEMOFUSION_TOKEN", token.strip());
      Await.until(
          "both workers are there", Await.LONG, () -> workers(a, laptop) == 2, () -> "see logs");

      Said drawn = a.run(laptop, "submit", "x", "--size", "64x64", "--wait", "-o", "x.png");

      assertThat(drawn.exitCode()).as(drawn.err()).isZero();
      assertThat(folder.resolve("x.png")).isNotEmptyFile();
      assertRefused(a, laptop, "DEMOFUSION_TOKEN", "", "a token is required");
      assertRefused(a, laptop, "DEMOFUSION_TOKEN", "guessed", "unknown token");
      assertRefused(
          a, laptop, "DEMOFUSION_CA", "other-tls/ca.crt", "not signed by a known authority");
      assertRefused(
          a, laptop, "DEMOFUSION_COORDINATOR", "http://" + http, "suggests that it expects https");
      assertRefused(
          a,
          laptop,
          "DEMOFUSION_COORDINATOR",
          "https://" + http.replace("a.lan", "also-a.lan"),
          "not valid for also-a.lan");
    }
  }

  /** A hosts file of Java's own, whatever this machine's says. */
  private String names() throws IOException {
    Path hosts =
        Files.writeString(
            folder.resolve("hosts"),
            "127.0.0.1 localhost\n127.0.1.1 a.lan also-a.lan\n127.0.1.2 b.lan\n127.0.1.3 c.lan\n");
    return "-Djdk.net.hosts.file=" + hosts;
  }

  /** What README's scp copies to a worker's machine. */
  private String filesOf(String host) throws IOException {
    Path own = Files.createDirectories(folder.resolve("machine-" + host));
    for (String name : List.of("ca.crt", host + ".crt", host + ".key")) {
      Files.copy(
          folder.resolve("farm-tls").resolve(name),
          own.resolve(name),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    return own.toString();
  }

  private static long workers(Distribution machine, Map<String, String> environment) {
    try {
      return machine.run(environment, "workers", "--json").out().lines().count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRefused(
      Distribution machine, Map<String, String> laptop, String key, String value, String reason)
      throws Exception {
    Map<String, String> other = new HashMap<>(laptop);
    other.put(key, value);

    Said said = machine.run(other, "workers", "--patience", "1s");

    assertThat(said.exitCode()).as(said.err()).isNotZero();
    assertThat(said.err()).contains(reason).doesNotContain("Exception");
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  private static String freePort() {
    return FarmProcesses.freeAddress().substring("127.0.0.1:".length());
  }
}
