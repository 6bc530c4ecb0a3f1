package demofusion.coordinator.http.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import demofusion.coordinator.http.TestApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An OpenID Connect provider of its own making, that can lie: every answer is real HTTP, every
 * signature is real, and a test says what is wrong with it.
 *
 * <pre>
 * browser (the test) ── authorization address ──▶ approve ── code ──▶ browser
 * coordinator ── discovery, token, keys ──▶ HttpServer
 * </pre>
 */
final class ScriptedProvider implements AutoCloseable {
  static final String CLIENT = "demofusion";

  /** How an ID token is signed. */
  enum Signing {
    KEY,
    NONE,
    /** With the client's own secret, which many know. */
    SECRET,
    /** With a key of the same name that the provider does not have. */
    STRANGER
  }

  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger documents = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private volatile RSAKey key = newKey();
  private volatile String issuer;

  /** What is to be wrong with the next ID tokens. */
  volatile Consumer<JWTClaimsSet.Builder> lie = claims -> {};

  volatile Signing signing = Signing.KEY;

  /** Of its document. */
  volatile Consumer<Map<String, Object>> documentLie = document -> {};

  /** Answers wait for this. */
  volatile CountDownLatch held = new CountDownLatch(0);

  ScriptedProvider() {
    server = open(0);
    issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/studio";
  }

  private HttpServer open(int port) {
    try {
      HttpServer opened =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10);
      opened.setExecutor(threads);
      opened.createContext(
          "/realms/studio/.well-known/openid-configuration",
          exchange -> {
            documents.incrementAndGet();
            answer(exchange, 200, TestApi.JSON.writeValueAsString(document()));
          });
      opened.createContext(
          "/keys", exchange -> answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
      opened.createContext("/token", this::token);
      opened.start();
      return opened;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String issuer() {
    return issuer;
  }

  /** Nothing listens there any more. */
  void goAway() {
    server.stop(0);
  }

  void comeBack() {
    server = open(URI.create(issuer).getPort());
  }

  /** How often it was asked for its document. */
  int documents() {
    return documents.get();
  }

  /** From now on it has another key, of another name. */
  void rotateKeys() {
    key = newKey();
  }

  /** What it was told at its token endpoint by way of the client's credentials. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> document() {
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    Map<String, Object> document = new HashMap<>();
    document.put("issuer", issuer);
    document.put("authorization_endpoint", base + "/authorize");
    document.put("token_endpoint", base + "/token");
    document.put("jwks_uri", base + "/keys");
    document.put("end_session_endpoint", base + "/logout");
    document.put("response_types_supported", List.of("code"));
    document.put("subject_types_supported", List.of("public"));
    document.put("id_token_signing_alg_values_supported", List.of("RS256"));
    documentLie.accept(document);
    return document;
  }

  /**
   * Somebody signs in at the address that the browser was sent to, and says yes.
   *
   * @param claims of the ID token
   * @return what the browser is sent back with: a query
   */
  String approve(URI address, Map<String, Object> claims) {
    Map<String, String> asked = parameters(address.getRawQuery());
    String code = "code-" + UUID.randomUUID();
    asked.put("claims", json(claims));
    codes.put(code, asked);
    return "code=" + code + "&state=" + encoded(Objects.requireNonNull(asked.get("state")));
  }

  /** Where it sends the browser back to. */
  static URI redirect(URI address) {
    return URI.create(
        Objects.requireNonNull(parameters(address.getRawQuery()).get("redirect_uri")));
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "none" : authorization);
    Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
    if (asked == null
        || !challenge(form.getOrDefault("code_verifier", "")).equals(asked.get("code_challenge"))
        || !"S256".equals(asked.get("code_challenge_method"))
        || !Objects.equals(form.get("redirect_uri"), asked.get("redirect_uri"))) {
      answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    answer(
        exchange,
        200,
        json(
            Map.of(
                "access_token",
                "access-" + UUID.randomUUID(),
                "token_type",
                "Bearer",
                "expires_in",
                60,
                "id_token",
                idToken(asked))));
  }

  private String idToken(Map<String, String> asked) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(CLIENT)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .claim("nonce", asked.get("nonce"));
    map(Objects.requireNonNull(asked.get("claims"))).forEach(claims::claim);
    lie.accept(claims);
    try {
      return signed(claims.build());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String signed(JWTClaimsSet claims) throws JOSEException {
    if (signing == Signing.NONE) {
      return new PlainJWT(claims).serialize();
    }
    boolean isShared = signing == Signing.SECRET;
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(isShared ? JWSAlgorithm.HS256 : JWSAlgorithm.RS256)
                .keyID(key.getKeyID())
                .build(),
            claims);
    token.sign(
        isShared
            ? new MACSigner(key.toRSAPublicKey().getEncoded())
            : new RSASSASigner(signing == Signing.STRANGER ? newKey() : key));
    return token.serialize();
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange, int status, String json) throws IOException {
    try {
      held.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.put(
          URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
          parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
    }
    return parameters;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String json(Map<String, Object> value) {
    try {
      return TestApi.JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(String json) {
    try {
      return TestApi.JSON.readValue(json, Map.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    held.countDown();
    goAway();
    threads.shutdownNow();
  }
}
