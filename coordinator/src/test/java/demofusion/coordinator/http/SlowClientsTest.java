package demofusion.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.body.HttpLimits;
import demofusion.protocol.api.JobState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who holds connections with a byte now and then, which no idle timeout ever ends. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SlowClientsTest {
  private static final int CONNECTIONS = 400;
  private static final int TRICKLING = 1000;

  @RegisterExtension
  static final TestApi api =
      TestApi.withLimits(
          new HttpLimits(
              2 << 20,
              CONNECTIONS,
              Duration.ofSeconds(4),
              Duration.ofSeconds(10),
              new HttpLimits.Arrival(Duration.ofSeconds(2), Duration.ofSeconds(60), 1000),
              Duration.ofMillis(200),
              1 << 20));

  @Test
  void cutsOffAHead_thatTrickles() throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      client.say("GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

      assertThat(secondsUntilCut(client)).isBetween(1.0, 30.0);
    }
  }

  @Test
  void cutsOffTheNextHead_afterAnAnswer() throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      client.say("GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.hear()).startsWith("HTTP/1.1 200 ");
      client.say("GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

      assertThat(secondsUntilCut(client)).isBetween(2.0, 45.0);
    }
  }

  /** A byte ten times a second. */
  private static double secondsUntilCut(RawClient client) throws Exception {
    long began = System.nanoTime();
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            () -> {
              try {
                client.awaitEnd();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    while (!end.isDone()) {
      try {
        client.say("x");
      } catch (IOException e) {
        break;
      }
      Thread.sleep(100);
    }
    end.join(); // it does not time out
    return (System.nanoTime() - began) / 1e9;
  }

  @Test
  void refusesABody_thatTrickles() throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      client.say(
          "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100000\r\n\r\n{");
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.hear();
                } catch (IOException e) {
                  return e.toString();
                }
              });
      while (!answer.isDone() && isTaken(client)) {
        Thread.sleep(100);
      }

      assertThat(answer.join()).startsWith("HTTP/1.1 408 ").contains("arrives too slowly");
    }
  }

  @ParameterizedTest
  @CsvSource({"text/plain, 100000, 415", "application/json, 100000000, 413"})
  void keepsItsAnswer_forAClientThatStillSends(String type, int length, int status)
      throws Exception {
    try (RawClient client = new RawClient(api.server.address())) {
      client.say(
          "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
              + type
              + "\r\nContent-Length: "
              + length
              + "\r\n\r\n");
      for (int n = 0; n < 15; n++) {
        client.say(" ".repeat(100));
        Thread.sleep(100);
      }

      assertThat(client.hear()).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  /** Says one byte more; whoever has answered may have closed the connection. */
  private static boolean isTaken(RawClient client) {
    try {
      client.say(" ");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void takesABody_thatIsSlowAndKeepsToTheRate() throws Exception {
    String body = "{\"prompt\":\"a fox\"" + " ".repeat(12_000) + "}";
    try (RawClient client = new RawClient(api.server.address())) {
      client.say(
          "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n");
      for (int at = 0; at < body.length(); at += 1500) {
        client.say(body.substring(at, Math.min(at + 1500, body.length())));
        Thread.sleep(700);
      }

      assertThat(client.hear()).startsWith("HTTP/1.1 201 ");
    }
  }

  @Test
  void leavesStreamsAlone_howeverLongTheyAre() throws Exception {
    String id = "fox";
    api.jobs.jobs.put(id, FakeJobs.job(id, "me", JobState.RUNNING, "a fox"));
    try (RawClient client = new RawClient(api.server.address())) {
      client.say("GET /v1/jobs/" + id + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();

      while (System.nanoTime() < until) {
        assertThat(client.hear()).isNotEmpty();
      }
    }
  }

  /** Last: while its connections go, whoever opens one has less time. */
  @Test
  @Order(Integer.MAX_VALUE)
  void answersOthers_whileMoreConnectionsTrickleThanThereMayBe() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicInteger begun = new AtomicInteger();
    Thread attack = new Thread(() -> trickle(api.server.address(), isOver, begun), "attack");
    attack.start();
    try {
      while (begun.get() < TRICKLING) {
        Thread.sleep(50);
      }
      double slowest = 0;
      for (int n = 0; n < 10; n++) {
        long asked = System.nanoTime();
        try (Socket socket = new Socket()) {
          socket.connect(api.server.address());
          socket.setSoTimeout(30_000);
          socket
              .getOutputStream()
              .write(
                  "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
          assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
              .startsWith("HTTP/1.1 200 ");
        }
        slowest = Math.max(slowest, (System.nanoTime() - asked) / 1e9);
      }
      assertThat(slowest).as("seconds").isLessThan(15);
    } finally {
      isOver.set(true);
      attack.join();
    }
  }

  /** A byte into each connection, round after round; one that was cut off is opened again. */
  private static void trickle(InetSocketAddress server, AtomicBoolean isOver, AtomicInteger begun) {
    SocketChannel[] held = new SocketChannel[TRICKLING];
    try {
      while (!isOver.get()) {
        for (int n = 0; n < held.length && !isOver.get(); n++) {
          held[n] = bite(held[n], server, begun);
        }
      }
      for (SocketChannel each : held) {
        if (each != null) {
          each.close();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SocketChannel bite(
      SocketChannel held, InetSocketAddress server, AtomicInteger begun) throws IOException {
    try {
      if (held != null && held.read(ByteBuffer.allocate(1 << 10)) >= 0) {
        held.write(ByteBuffer.wrap(new byte[] {'x'}));
        return held;
      }
    } catch (IOException e) {
      // it was cut off
    }
    if (held != null) {
      held.close();
    }
    SocketChannel fresh = SocketChannel.open(server);
    fresh.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII)));
    fresh.configureBlocking(false);
    begun.incrementAndGet();
    return fresh;
  }
}
