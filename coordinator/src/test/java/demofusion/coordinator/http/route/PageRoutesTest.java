package demofusion.coordinator.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.TestApi;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.TokenLine;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's files, with and without a token. */
class PageRoutesTest {
  /** Of what a visit begins with; editors come when somebody opens them. */
  private static final int MOST_BYTES_AT_FIRST = 300_000;

  private static final int MOST_BYTES = 360_000;
  private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z]+\\.js)'");
  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir static Path folder;
  private static TestApi open;
  private static TestApi closed;

  @BeforeAll
  static void start() throws Exception {
    Path tokens = folder.resolve("tokens");
    Files.writeString(tokens, TokenLine.of("anna", Role.SUBMIT, "anna's secret") + "\n");
    open = TestApi.open(folder);
    closed = TestApi.withTokens(folder, tokens);
  }

  @AfterAll
  static void stop() {
    open.close();
    closed.close();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void servesThePage_thatRunsNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = open.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).startsWith("text/html");
    assertThat(header(page, "Cache-Control")).isEqualTo("private, no-cache");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "data:");
    assertThat(page.body()).doesNotContain("http://", "https://", "<style", "onclick");
  }

  @Test
  void servesEveryFile_withATagThatSavesItsBody() throws Exception {
    for (String name : new PageFiles().names()) {
      HttpResponse<String> file = open.get("/web/" + name);
      HttpResponse<String> again =
          open.send(open.to("/web/" + name).header("If-None-Match", header(file, "ETag")).GET());

      assertThat(file.statusCode()).as(name).isEqualTo(200);
      assertThat(header(file, "Cache-Control")).startsWith("private");
      assertThat(again.statusCode()).as(name).isEqualTo(304);
      assertThat(again.body()).isEmpty();
    }
  }

  @Test
  void namesEveryFileOfTheFolder_andWeighsLittle() throws Exception {
    Path web = Path.of("src/main/resources" + PageFiles.FOLDER);
    try (Stream<Path> files = Files.list(web)) {
      List<String> names =
          Stream.concat(
                  files
                      .map(file -> file.getFileName().toString())
                      .filter(name -> !name.equals(PageFiles.LIST)),
                  Stream.of(PageFiles.FORM))
              .toList();

      assertThat(new PageFiles().names()).containsExactlyInAnyOrderElementsOf(names);
    }
    assertThat(bytes(new PageFiles().names())).isLessThan(MOST_BYTES);
  }

  @Test
  void beginsWithLittle_andWithoutWhatSomebodyHasToOpen() {
    Set<String> first = new TreeSet<>(Set.of("index.html", "style.css", "icon.svg", "app.js"));
    first.addAll(Set.of(PageFiles.FORM, "openseadragon.min.js"));
    Deque<String> toRead = new ArrayDeque<>(Set.of("app.js"));
    while (!toRead.isEmpty()) {
      String script = new String(bytesOf(toRead.remove()), StandardCharsets.UTF_8);
      IMPORT
          .matcher(script)
          .results()
          .map(found -> found.group(1))
          .filter(first::add)
          .forEach(toRead::add);
    }

    assertThat(first).contains("compose.js", "stage.js", "dom.js");
    assertThat(first)
        .doesNotContain("repair.js", "regions.js", "conditions.js", "usage.js", "usage.css");
    assertThat(bytes(first)).isLessThan(MOST_BYTES_AT_FIRST);
  }

  private static int bytes(Collection<String> names) {
    return names.stream()
        .filter(name -> !name.endsWith(".txt"))
        .mapToInt(name -> bytesOf(name).length)
        .sum();
  }

  private static byte[] bytesOf(String name) {
    return new PageFiles().find(name).orElseThrow().bytes();
  }

  @Test
  void asksForAToken_andShowsNothingElse() throws Exception {
    HttpResponse<String> page = closed.get("/");

    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(header(page, "Content-Security-Policy")).contains("default-src 'none'");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
    assertThat(page.body()).contains("<form method=\"post\" action=\"session\">");
    assertThat(page.body()).doesNotContain("<script", "web/");
    for (String name : new PageFiles().names()) {
      assertThat(closed.get("/web/" + name).statusCode()).as(name).isEqualTo(401);
    }
    assertThat(closed.get("/session").statusCode()).isEqualTo(401);
  }

  private static HttpResponse<String> signIn(String form) throws Exception {
    return closed.send(
        closed.to("/session").header("Content-Type", FORM).POST(BodyPublishers.ofString(form)));
  }

  @Test
  void letsABrowserIn_whenItsFormHasAToken() throws Exception {
    HttpResponse<String> begun = signIn("token=anna%27s+secret");

    assertThat(begun.statusCode()).isEqualTo(303);
    assertThat(header(begun, "Location")).isEqualTo("/");
    String cookie = header(begun, "Set-Cookie");
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").doesNotContain("anna");
    String session = cookie.split(";", 2)[0];
    assertThat(closed.send(closed.to("/").header("Cookie", session).GET()).statusCode())
        .isEqualTo(200);
    HttpResponse<String> who = closed.send(closed.to("/session").header("Cookie", session).GET());
    assertThat(TestApi.json(who).get("name").asText()).isEqualTo("anna");
    assertThat(TestApi.json(who).get("role").asText()).isEqualTo("submit");
  }

  @Test
  void keepsSessionsApart_ofCoordinatorsOnOneMachine() throws Exception {
    HttpResponse<String> begun = signIn("token=anna%27s+secret");

    String own = header(begun, "Set-Cookie").split("=", 2)[0];
    String port = closed.server.url().replaceFirst(".*:", "");
    assertThat(own).endsWith("-" + port);
    String session = header(begun, "Set-Cookie").split(";", 2)[0];
    String ofAnother = session.replace(own, own.replace(port, "1"));
    assertThat(closed.send(closed.to("/").header("Cookie", ofAnother).GET()).statusCode())
        .isEqualTo(401);
    assertThat(
            closed
                .send(closed.to("/").header("Cookie", ofAnother + "x; " + session).GET())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void keepsABrowserOut_whenItsTokenIsUnknown() throws Exception {
    HttpResponse<String> refused = signIn("token=%3Cscript%3E");

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).contains("Unknown token").doesNotContain("<script>");
    assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(signIn("tok=a").statusCode()).isEqualTo(400);
    assertThat(signIn("token=" + "a".repeat(5000)).statusCode()).isEqualTo(413);
    assertThat(signIn("token=%zz").statusCode()).isEqualTo(400);
  }

  @Test
  void countsACookieOnly_whenThisServersOwnPageSendsIt() throws Exception {
    String session = header(signIn("token=anna%27s+secret"), "Set-Cookie").split(";", 2)[0];
    String picture = "{\"prompt\":\"a fox\"}";
    String own = closed.server.url();

    var ofOwnPage = closed.posting("/v1/jobs", picture).header("Cookie", session);
    var ofNoPage = closed.posting("/v1/jobs", picture).header("Cookie", session);
    var ofAnother = closed.posting("/v1/jobs", picture).header("Cookie", session);

    assertThat(closed.send(ofOwnPage.header("Origin", own)).statusCode()).isEqualTo(201);
    assertThat(closed.send(ofNoPage).statusCode()).isEqualTo(403);
    assertThat(closed.send(ofAnother.header("Origin", "https://evil.example")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void makesTheCookieSecure_whenThePageIs() throws Exception {
    var behindTls =
        closed
            .to("/session")
            .header("Content-Type", FORM)
            .header("Origin", closed.server.url().replace("http:", "https:"))
            .POST(BodyPublishers.ofString("token=anna%27s+secret"));

    assertThat(header(closed.send(behindTls), "Set-Cookie")).contains("Secure");
  }

  @Test
  void beginsASession_behindAProxyThatHasAPathAndAHostOfItsOwn() throws Exception {
    var behindProxy =
        closed
            .to("/session")
            .header("Content-Type", FORM)
            .header("Origin", "https://pics.example.org:8443")
            .header("X-Forwarded-Proto", "https, http")
            .header("X-Forwarded-Host", "pics.example.org:8443, inner")
            .header("X-Forwarded-Prefix", "/render")
            .POST(BodyPublishers.ofString("token=anna%27s+secret"));

    HttpResponse<String> begun = closed.send(behindProxy);

    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
    assertThat(header(begun, "Location")).isEqualTo("/render/");
    assertThat(header(begun, "Set-Cookie"))
        .startsWith("demofusion-session-8443=")
        .contains("Secure", "Path=/render;");
    HttpResponse<String> who =
        closed.send(
            closed
                .to("/session")
                .header("Cookie", header(begun, "Set-Cookie").split(";", 2)[0])
                .header("X-Forwarded-Host", "pics.example.org:8443")
                .GET());
    assertThat(who.statusCode()).isEqualTo(200);
  }

  @Test
  void linksNothingByAnAbsolutePath_soThatItMayLieUnderOne() throws Exception {
    for (String name :
        List.of(
            "index.html", "api.js", "viewer.js", "app.js", "stage.js", "repair.js", "usage.js")) {
      assertThat(open.get("/web/" + name).body())
          .as(name)
          .doesNotContainPattern("[\"'`(=]/(web|v1|session)");
    }
  }

  @Test
  void forgetsTheToken_whenABrowserSignsOut() throws Exception {
    String session = header(signIn("token=anna%27s+secret"), "Set-Cookie").split(";", 2)[0];

    HttpResponse<String> over =
        closed.send(
            closed
                .to("/session")
                .header("Cookie", session)
                .header("Origin", closed.server.url())
                .DELETE());

    assertThat(over.statusCode()).isEqualTo(204);
    assertThat(header(over, "Set-Cookie")).contains("Max-Age=0");
  }
}
