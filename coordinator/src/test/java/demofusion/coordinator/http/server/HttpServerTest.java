package demofusion.coordinator.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.http.FakeJobs;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.job.JobKeeper;
import demofusion.coordinator.job.JobSettings;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpServerTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  /** The keeper, the queue and the dispatcher of a coordinator, and a worker that only adds up. */
  @Test
  void hasAPictureMade_andSendsItsBytes() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    try (DataFolder data = DataFolder.open(folder)) {
      ActorRef<DispatcherCommand> dispatcher =
          kit.spawn(Dispatcher.create(Integer.MAX_VALUE, DispatchObserver.NONE));
      ActorRef<RenderQueue.Command> queue = kit.spawn(RenderQueue.create(dispatcher, 1));
      ActorRef<Jobs.Command> keeper =
          kit.spawn(JobKeeper.create(data, JobSettings.of(1), queue, dispatcher));
      FakeWorker.join(dispatcher, kit.spawn(FakeWorker.diligent("worker-1")));
      HttpServer server =
          HttpServer.start(
                  kit.system(),
                  new HttpSettings("127.0.0.1", 0, null, null, HttpLimits.standard(false)),
                  keeper,
                  dispatcher,
                  List.of(),
                  ModelStore.open(
                      data.library(), StoreLimits.STANDARD, Runnable::run, InstantSource.system()),
                  AuditLog.open(data.auditLog(), InstantSource.system()),
                  Accounts.without(
                      UsageLedger.open(
                          data.usage(), InstantSource.system(), Runnable::run, Runnable::run)))
              .toCompletableFuture()
              .get();
      HttpClient client = HttpClient.newHttpClient();
      TestProbe<Void> patience = kit.createTestProbe();
      // Until the farm knows the worker's model.
      HttpResponse<String> accepted =
          patience.awaitAssert(
              Duration.ofSeconds(30),
              () -> {
                HttpResponse<String> response =
                    client.send(submission(server), BodyHandlers.ofString());
                assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
                return response;
              });
      String job = server.url() + accepted.headers().firstValue("Location").orElseThrow();

      Stream<String> events = client.send(get(job + "/events"), BodyHandlers.ofLines()).body();
      String last =
          events
              .filter(line -> line.startsWith("data:{"))
              .reduce((first, next) -> next)
              .orElseThrow();
      JobView done =
          ApiJson.lenient().readValue(last.substring("data:".length()), JobEvent.class).job();
      byte[] image = client.send(get(job + "/image"), BodyHandlers.ofByteArray()).body();
      byte[] latents = client.send(get(job + "/latents/2"), BodyHandlers.ofByteArray()).body();
      HttpResponse<String> tooLate =
          client.send(
              HttpRequest.newBuilder(URI.create(job)).DELETE().build(), BodyHandlers.ofString());

      assertThat(done.state()).isEqualTo(JobState.DONE);
      assertThat(done.pictureSha256())
          .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image)));
      assertThat(latents).isNotEmpty();
      assertThat(tooLate.statusCode()).isEqualTo(409);
      server.stop(Duration.ofSeconds(5)).toCompletableFuture().get();
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static HttpRequest submission(HttpServer server) {
    return HttpRequest.newBuilder(URI.create(server.url() + "/v1/jobs"))
        .header("Content-Type", "application/json")
        .POST(
            BodyPublishers.ofString(
                "{\"prompt\":\"a lighthouse\",\"size\":\"128x128\",\"steps\":2,\"previews\":true}"))
        .build();
  }

  private static HttpRequest get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).build();
  }

  @Test
  void speaksTls() throws Exception {
    SSLContext tls = selfSigned();
    HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
    try (TestApi api = TestApi.withTls(folder, tls, client)) {
      assertThat(api.server.url()).startsWith("https://127.0.0.1:");
      assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);
    }
  }

  private SSLContext selfSigned() throws Exception {
    Path store = folder.resolve("tls.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=IP:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-storepass",
            String.valueOf(PASSWORD),
            "-keystore",
            store.toString());
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  @Test
  void saysThatThePortIsTaken() {
    try (TestApi api = TestApi.open(folder)) {
      int port = api.server.address().getPort();

      assertThatThrownBy(() -> api.another(port, null))
          .hasRootCauseInstanceOf(BindException.class)
          .hasMessageContaining("cannot listen at 127.0.0.1:" + port + ": the port may be in use");
    }
  }

  @Test
  void saysWhatIsWrongWithTheTokens_beforeItListens() {
    try (TestApi api = TestApi.open(folder)) {
      assertThatThrownBy(() -> api.another(0, folder.resolve("none")))
          .hasCauseInstanceOf(DemofusionException.class)
          .hasMessageContaining("cannot be read");
    }
  }

  @Test
  void sendsAFileToItsEnd_whenItStopsMeanwhile() throws Exception {
    try (TestApi api = TestApi.open(folder)) {
      // More than the sockets hold, so that it cannot have been sent when the server is stopped.
      byte[] picture = new byte[30_000_000];
      api.jobs.jobs.put("a", FakeJobs.job("a", "local", JobState.DONE, "a fox"));
      Files.createDirectories(api.jobs.folderOf("a"));
      Files.write(api.jobs.folderOf("a").resolve("image.png"), picture);
      InputStream in = api.send(api.to("/v1/jobs/a/image"), BodyHandlers.ofInputStream()).body();

      var stopped = api.server.stop(Duration.ofSeconds(30)).toCompletableFuture();

      assertThat(stopped).isNotDone();
      assertThat(in.readAllBytes()).hasSize(picture.length);
      stopped.get();
    }
  }

  @Test
  void takesNoMore_whenItHasStopped() throws Exception {
    try (TestApi api = TestApi.open(folder)) {
      api.get("/health/live");

      api.server.stop(Duration.ofSeconds(5)).toCompletableFuture().get();

      assertThatThrownBy(() -> api.get("/health/live")).isInstanceOf(IOException.class);
    }
  }
}
