package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import demofusion.coordinator.notify.Webhook;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.config.NodeAddress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.wire.WireMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names as compose and swarm give them to services, which only their own networks can look up: in a
 * JVM of its own, with a hosts file of its own.
 */
class UnderscoredHostsTest {
  @TempDir Path folder;

  @Test
  void reachesServicesByNamesThatUrlsDoNotTake() throws Exception {
    Path hosts =
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 render_coordinator render_hook\n");

    Process asker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                classPath(),
                Asker.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> said =
        new String(asker.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(said)
        .containsSubsequence(
            "jobs []",
            "asked GET /prefix/v1/jobs?state=done of render_coordinator:PORT",
            "asked POST /done of render_hook:PORT",
            "found at 127.0.0.1",
            "joins pekko://demofusion@127.0.0.1:25520",
            "joins pekko://demofusion@unresolved.invalid:25520");
    assertThat(asker.waitFor()).isZero();
  }

  /** Of this test, whoever runs it. */
  private static String classPath() {
    return Asker.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** Asks a server by names with underscores, and says what came of it. */
  static final class Asker {
    private Asker() {}

    public static void main(String[] none) throws Exception {
      Queue<String> asked = new ConcurrentLinkedQueue<>();
      HttpServer server = server(asked);
      int port = server.getAddress().getPort();
      CoordinatorAddress coordinator =
          CoordinatorAddress.parse("http://render_coordinator:" + port + "/prefix");
      FarmAccess access = new FarmAccess(coordinator, null, null, Duration.ZERO);
      try (FarmClient client = FarmClient.of(access, sentence -> {})) {
        System.out.println("jobs " + client.jobs(JobState.DONE));
      }
      new Webhook(
              Runnable::run, "a secret of some length", Duration.ofSeconds(9), Clock.systemUTC())
          .post(URI.create("http://render_hook:" + port + "/done"), new byte[] {'{', '}'}, null)
          .join();
      server.stop(0);
      asked.forEach(each -> System.out.println(each.replace(":" + port, ":PORT")));
      NodeAddress bound = new NodeAddress("render_coordinator", 0);
      ActorSystem<Void> system =
          FarmSystem.start(
              Behaviors.empty(),
              FarmSystem.COORDINATOR,
              new ListeningAddress(bound, bound),
              ConfigFactory.empty(),
              new WireMetrics(new CollectorRegistry()));
      System.out.println("found at " + FarmSystem.address(system).host());
      for (String host : List.of("render_coordinator", "not_yet")) {
        System.out.println("joins " + FarmSystem.address(new NodeAddress(host, 25520)));
      }
      System.exit(0);
    }

    private static HttpServer server(Queue<String> asked) throws IOException {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              exchange.getRequestBody().readAllBytes();
              asked.add(
                  "asked %s %s of %s"
                      .formatted(
                          exchange.getRequestMethod(),
                          exchange.getRequestURI(),
                          exchange.getRequestHeaders().getFirst("Host")));
              byte[] body = "{\"jobs\":[]}".getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
            }
          });
      server.start();
      return server;
    }
  }
}
