package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.auditlog.AuditLogQuery;
import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.http.address.PublicAddress;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server whose people sign in with a {@link ScriptedProvider}, and a browser:
 *
 * <pre>
 * Browser ── begin ──▶ TestApi        Browser.cookies: what it keeps
 *    └── approve ──▶ ScriptedProvider ── code ──▶ Browser ── callback ──▶ TestApi ──▶ token
 * </pre>
 */
final class SignInFixture implements AutoCloseable {
  static final Map<String, Object> ANN =
      Map.of("sub", "ann", "preferred_username", "ann.lee", "groups", List.of("artists"));
  static final Map<String, Object> BOB =
      Map.of("sub", "bob", "groups", List.of("guests", "wranglers"));
  static final String SECRET = "the-clients-own-secret";
  static final String TOKEN = "carls-token";

  final ScriptedProvider provider;
  final TestApi api;

  /**
   * @param publicUrl null: as each request says
   */
  SignInFixture(Path folder, ScriptedProvider provider, @Nullable PublicAddress publicUrl)
      throws IOException {
    this.provider = provider;
    Path tokens = folder.resolve("tokens");
    Files.writeString(tokens, TestApi.token("carl", Role.OPERATE, TOKEN));
    OidcSettings settings =
        new OidcSettings(
            URI.create(provider.issuer()),
            ScriptedProvider.CLIENT,
            Files.writeString(folder.resolve("secret"), SECRET),
            "groups",
            OidcSettings.SUBJECT,
            GroupRoles.parse(
                "--oidc-role", List.of("guests=view", "artists=submit", "wranglers=operate")),
            List.of("openid", "profile"),
            publicUrl);
    this.api = TestApi.withProvider(folder, tokens, settings);
  }

  static SignInFixture open(Path folder) throws Exception {
    SignInFixture fixture = new SignInFixture(folder, new ScriptedProvider(), null);
    fixture.awaitProvider();
    return fixture;
  }

  /** Until the coordinator has found it. */
  void awaitProvider() throws Exception {
    for (int n = 0; n < 200; n++) {
      if (api.get("/").body().contains("href=\"session/oidc\"")) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError(api.get("/").body());
  }

  Browser browser() {
    return new Browser();
  }

  /** The newest line of the audit log. */
  AuditLogEntry lastAudited() throws IOException {
    return api.auditLog.page(new AuditLogQuery(null, null, null, null, 1)).entries().get(0);
  }

  /** Somebody's, with its cookies, of which it takes no notice of paths. */
  final class Browser {
    private final Map<String, String> cookies = new HashMap<>();
    private final List<String> headers = new ArrayList<>();

    /** Sends this with everything, as a proxy would, or the browser itself. */
    Browser with(String name, String value) {
      headers.addAll(List.of(name, value));
      return this;
    }

    HttpRequest.Builder to(String path) {
      HttpRequest.Builder request = api.to(path);
      if (!cookies.isEmpty()) {
        request.header("Cookie", cookie());
      }
      if (!headers.isEmpty()) {
        request.headers(headers.toArray(String[]::new));
      }
      return request;
    }

    private String cookie() {
      List<String> pairs = new ArrayList<>();
      cookies.forEach((name, value) -> pairs.add(name + "=" + value));
      return String.join("; ", pairs);
    }

    HttpResponse<String> get(String path) throws Exception {
      return send(to(path).GET());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
      HttpResponse<String> response = api.send(request);
      for (String cookie : response.headers().allValues("Set-Cookie")) {
        String[] pair = cookie.split(";", 2)[0].split("=", 2);
        if (cookie.contains("Max-Age=0")) {
          cookies.remove(pair[0]);
        } else {
          cookies.put(pair[0], pair[1]);
        }
      }
      return response;
    }

    /** Goes as far as the provider's own page. */
    URI begin() throws Exception {
      return begin("");
    }

    URI begin(String query) throws Exception {
      HttpResponse<String> response = get("/session/oidc" + query);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
      return URI.create(response.headers().firstValue("Location").orElseThrow());
    }

    /** Is sent back by the provider. */
    HttpResponse<String> callback(String query) throws Exception {
      return get("/session/oidc/callback?" + query);
    }

    /** All of it. */
    HttpResponse<String> signIn(Map<String, Object> claims) throws Exception {
      return callback(provider.approve(begin(), claims));
    }

    /** Who it is here, by the session's route. */
    HttpResponse<String> who() throws Exception {
      return get("/session");
    }

    Map<String, String> cookies() {
      return Map.copyOf(cookies);
    }

    void forget() {
      cookies.clear();
    }
  }

  @Override
  public void close() {
    api.close();
    provider.close();
  }
}
