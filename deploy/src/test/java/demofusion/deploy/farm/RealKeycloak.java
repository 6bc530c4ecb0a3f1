package demofusion.deploy.farm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keycloak as a process, with a realm of its own in memory: ann is an artist, bob a wrangler, eve a
 * visitor, and their passwords are their names with {@code -word}. The build unpacks it to {@code
 * target/keycloak}.
 */
final class RealKeycloak implements AutoCloseable {
  static final String CLIENT = "demofusion";
  static final String SECRET = "a-secret-of-the-client";

  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
  private static final String ADMIN = "admin";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;
  private final Process process;
  private final Path log;

  private RealKeycloak(String base, Process process, Path log) {
    this.base = base;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it and comes back at once; it takes half a minute to be there.
   *
   * @param address HOST:PORT to listen at
   * @param page where it sends browsers back to, with the slash at its end
   */
  static RealKeycloak start(Path folder, String address, String page) throws IOException {
    Path home = home();
    Path realm = Files.createDirectories(home.resolve("data/import")).resolve("studio-realm.json");
    Files.writeString(realm, JSON.writeValueAsString(realm(page)));
    String port = address.substring(address.lastIndexOf(':') + 1);
    Path log = folder.resolve("keycloak.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--db=dev-mem",
                "--import-realm",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--log-level=warn")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
    builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx384m");
    builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
    return new RealKeycloak("http://localhost:" + port, builder.start(), log);
  }

  private static Path home() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("target", "keycloak"))) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve("bin/kc.sh")))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  private static Map<String, Object> realm(String page) {
    return Map.of(
        "realm",
        "studio",
        "enabled",
        true,
        "groups",
        Stream.of("artists", "wranglers", "visitors").map(name -> Map.of("name", name)).toList(),
        "users",
        List.of(user("ann", "artists"), user("bob", "wranglers"), user("eve", "visitors")),
        "clients",
        List.of(
            Map.of(
                "clientId",
                CLIENT,
                "publicClient",
                false,
                "secret",
                SECRET,
                "standardFlowEnabled",
                true,
                "redirectUris",
                List.of(page + "session/oidc/callback"),
                "attributes",
                Map.of("pkce.code.challenge.method", "S256", "post.logout.redirect.uris", page),
                "protocolMappers",
                List.of(
                    Map.of(
                        "name",
                        "groups",
                        "protocol",
                        "openid-connect",
                        "protocolMapper",
                        "oidc-group-membership-mapper",
                        "config",
                        Map.of(
                            "claim.name", "groups",
                            "full.path", "false",
                            "id.token.claim", "true"))))));
  }

  private static Map<String, Object> user(String name, String group) {
    return Map.of(
        "username",
        name,
        "enabled",
        true,
        "email",
        name + "@studio.example",
        "emailVerified",
        true,
        "firstName",
        name,
        "lastName",
        "Lee",
        "groups",
        List.of("/" + group),
        "credentials",
        List.of(Map.of("type", "password", "value", name + "-word")));
  }

  String issuer() {
    return base + "/realms/studio";
  }

  void awaitReady() {
    Await.until(
        "Keycloak is ready",
        PATIENCE,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("Keycloak ended: " + log());
          }
          return isReady();
        },
        this::log);
  }

  private boolean isReady() {
    try {
      URI document = URI.create(issuer() + "/.well-known/openid-configuration");
      return client
              .send(HttpRequest.newBuilder(document).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * Fills in the form that a browser was sent to, unless Keycloak knows it already.
   *
   * @return where it sends the browser then
   */
  static String signIn(CookieBrowser browser, String address, String name)
      throws IOException, InterruptedException {
    HttpResponse<String> form = browser.get(address);
    if (form.statusCode() == 302) {
      return CookieBrowser.location(form);
    }
    Matcher action = FORM.matcher(form.body());
    if (!action.find()) {
      throw new AssertionError(form.statusCode() + " " + form.body());
    }
    HttpResponse<String> done =
        browser.submitForm(
            action.group(1).replace("&amp;", "&"),
            Map.of("username", name, "password", name + "-word", "credentialId", ""));
    return CookieBrowser.location(done);
  }

  /** Signs with a new key from now on; the old one is there no longer. */
  void rotateKeys() throws IOException, InterruptedException {
    String admin =
        JSON.readTree(
                client
                    .send(
                        HttpRequest.newBuilder(
                                URI.create(base + "/realms/master/protocol/openid-connect/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(
                                BodyPublishers.ofString(
                                    "grant_type=password&client_id=admin-cli&username=%s&password=%s"
                                        .formatted(ADMIN, ADMIN)))
                            .build(),
                        BodyHandlers.ofString())
                    .body())
            .path("access_token")
            .asText();
    String components = base + "/admin/realms/studio/components";
    JsonNode old =
        JSON.readTree(
            client
                .send(
                    authorized(components + "?type=org.keycloak.keys.KeyProvider", admin).build(),
                    BodyHandlers.ofString())
                .body());
    String key =
        JSON.writeValueAsString(
            Map.of(
                "name",
                "another",
                "providerId",
                "rsa-generated",
                "providerType",
                "org.keycloak.keys.KeyProvider",
                "config",
                Map.of("priority", List.of("200"), "algorithm", List.of("RS256"))));
    require(
        201,
        authorized(components, admin)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(key)));
    for (JsonNode each : old) {
      if (each.path("providerId").asText().equals("rsa-generated")) {
        require(204, authorized(components + "/" + each.path("id").asText(), admin).DELETE());
      }
    }
  }

  private static HttpRequest.Builder authorized(String url, String token) {
    return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token);
  }

  private void require(int status, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != status) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
  }

  /** It is gone, and nobody has said so. */
  void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
