package demofusion.deploy.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.node.LocalFarm;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' own API server and its etcd, without any node: it takes or refuses objects as a
 * cluster does, and nothing becomes of them. The programs are those of the folder
 * $KUBEBUILDER_ASSETS, which is what {@code setup-envtest use} fills.
 */
final class KubernetesServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * What it says.
   *
   * @param body an object, or a Status with a message
   */
  record Answer(int status, JsonNode body, List<String> warnings) {
    String message() {
      return body.path("message").asText();
    }
  }

  private final String token = UUID.randomUUID().toString();
  private final NodeAddress address = LocalFarm.freeAddress();
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final Map<String, JsonNode> kinds = new HashMap<>(); // of an apiVersion
  private @Nullable HttpClient client;

  private KubernetesServer(Path folder) {
    this.folder = folder;
  }

  /** The folder of its programs, where there is one. */
  static Optional<Path> programs() {
    return Optional.ofNullable(System.getenv("KUBEBUILDER_ASSETS"))
        .map(Path::of)
        .filter(folder -> Files.isExecutable(folder.resolve("kube-apiserver")))
        .filter(folder -> Files.isExecutable(folder.resolve("etcd")));
  }

  /**
   * @param folder an empty one, for its data
   */
  static KubernetesServer start(Path programs, Path folder) throws Exception {
    KubernetesServer server = new KubernetesServer(folder);
    try {
      server.begin(programs);
      return server;
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  private void begin(Path programs) throws Exception {
    String clients = "http://" + LocalFarm.freeAddress();
    String peers = "http://" + LocalFarm.freeAddress();
    run(
        programs.resolve("etcd").toString(),
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers,
        "--unsafe-no-fsync");
    Path key = Files.writeString(folder.resolve("accounts.key"), privateKey());
    Path tokens =
        Files.writeString(folder.resolve("tokens.csv"), token + ",test,1,\"system:masters\"\n");
    run(
        programs.resolve("kube-apiserver").toString(),
        "--etcd-servers=" + clients,
        "--bind-address=" + address.host(),
        "--secure-port=" + address.port(),
        "--cert-dir=" + folder.resolve("certificates"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=" + key,
        "--service-account-key-file=" + key,
        "--service-cluster-ip-range=10.0.0.0/24",
        "--token-auth-file=" + tokens,
        "--authorization-mode=AlwaysAllow",
        "--disable-admission-plugins=ServiceAccount"); // nobody would make a namespace's account
    awaitReady();
  }

  private void run(String... command) throws IOException {
    Path log = folder.resolve(Path.of(command[0]).getFileName() + ".log");
    processes.add(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  private static String privateKey() throws GeneralSecurityException {
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
    pairs.initialize(2048);
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pairs.generateKeyPair().getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private void awaitReady() throws Exception {
    Path certificate = folder.resolve("certificates").resolve("apiserver.crt");
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      for (Process process : processes) {
        if (!process.isAlive()) {
          throw new IllegalStateException(
              process.info().command() + " ended; its log is in " + folder);
        }
      }
      if (Files.exists(certificate) && Files.size(certificate) > 0 && isReady(certificate)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    throw new IllegalStateException("the API server was not ready within " + PATIENCE);
  }

  private boolean isReady(Path certificate) throws Exception {
    if (client == null) {
      client = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
    }
    try {
      return client.send(request("/readyz").GET().build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false; // does not listen yet
    }
  }

  /** It made the certificate itself, with its authority's behind it. */
  private static SSLContext trusting(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("server-" + number++, each);
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://" + address + path))
        .header("Authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        Objects.requireNonNull(client).send(request, BodyHandlers.ofString());
    return new Answer(
        response.statusCode(),
        MAPPER.readTree(response.body()),
        response.headers().allValues("Warning"));
  }

  /** Makes an object; unknown fields are refused, and what is deprecated is warned of. */
  Answer create(Yaml object, String namespace) throws IOException, InterruptedException {
    return create(object, namespace, "fieldValidation=Strict");
  }

  /** Whether it would. */
  Answer tryToCreate(Yaml object, String namespace) throws IOException, InterruptedException {
    return create(object, namespace, "fieldValidation=Strict&dryRun=All");
  }

  private Answer create(Yaml object, String namespace, String how)
      throws IOException, InterruptedException {
    return send(
        request(path(object, namespace) + "?" + how)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(MAPPER.writeValueAsString(object.value())))
            .build());
  }

  /**
   * As Helm 4 installs and upgrades (server-side apply).
   *
   * @param isDry whether it only says whether it would
   */
  Answer apply(Yaml object, String namespace, boolean isDry)
      throws IOException, InterruptedException {
    String path = path(object, namespace) + "/" + object.at("metadata.name").text();
    return send(
        request(
                path
                    + "?fieldValidation=Strict&fieldManager=helm&force=true"
                    + (isDry ? "&dryRun=All" : ""))
            .header("Content-Type", "application/apply-patch+yaml")
            .method("PATCH", BodyPublishers.ofString(MAPPER.writeValueAsString(object.value())))
            .build());
  }

  /** Where objects of its kind lie, by what the server says of the kind's group. */
  private String path(Yaml object, String namespace) throws IOException, InterruptedException {
    String version = object.at("apiVersion").text();
    String group = (version.contains("/") ? "/apis/" : "/api/") + version;
    JsonNode known = kinds.get(version);
    if (known == null) {
      known = send(request(group).GET().build()).body().path("resources");
      kinds.put(version, known);
    }
    String kind = object.at("kind").text();
    for (JsonNode each : known) {
      String name = each.path("name").asText();
      if (each.path("kind").asText().equals(kind) && !name.contains("/")) {
        return group
            + (each.path("namespaced").asBoolean() ? "/namespaces/" + namespace : "")
            + "/"
            + name;
      }
    }
    throw new IllegalStateException("the server has no kind " + version + "/" + kind);
  }

  @Override
  public void close() {
    for (int n = processes.size() - 1; n >= 0; n--) {
      Process process = processes.get(n);
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
