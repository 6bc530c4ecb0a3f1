package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium, driven over the W3C's WebDriver protocol by Debian's {@code chromedriver}:
 * JSON over HTTP, so no library is needed that would fetch a browser of its own.
 */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final JsonMapper JSON = new JsonMapper();

  /** How often the page may put a new element in the place of one that is being clicked. */
  private static final int REPLACED = 5;

  /** An element is no longer in the page. */
  private static final class Gone extends AssertionError {
    private static final long serialVersionUID = 1;

    Gone(String words) {
      super(words);
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process driver;
  private final URI session;
  private final List<String> errors = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  private Browser(Process driver, int port, Path profile) throws IOException {
    this.driver = driver;
    URI sessions = URI.create("http://127.0.0.1:" + port + "/session");
    JsonNode begun = send("POST", sessions, capabilities(profile));
    this.session = URI.create(sessions + "/" + begun.path("sessionId").asText() + "/");
  }

  /** Whether this machine has one: where the program lies; empty if it is not installed. */
  static Optional<Path> driver() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder).resolve("chromedriver"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * @param profile folder for what it keeps
   */
  static Browser start(Path profile) throws IOException {
    Process driver =
        new ProcessBuilder(driver().orElseThrow().toString(), "--port=0")
            .redirectErrorStream(true)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return new Browser(driver, Integer.parseInt(port.group(1)), profile);
      }
    }
    throw new AssertionError("chromedriver ended before it listened");
  }

  private static Object capabilities(Path profile) {
    List<String> arguments =
        List.of(
            "--headless=new",
            "--no-sandbox", // tests may run as root
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--user-data-dir=" + profile,
            "--window-size=1400,900");
    return Map.of(
        "capabilities",
        Map.of(
            "alwaysMatch",
            Map.of(
                "goog:chromeOptions",
                Map.of("args", arguments),
                "goog:loggingPrefs",
                Map.of("browser", "ALL", "performance", "ALL"))));
  }

  void open(String url) throws IOException {
    command("POST", "url", Map.of("url", url));
  }

  void reload() throws IOException {
    command("POST", "refresh", Map.of());
  }

  void resize(int width, int height) throws IOException {
    // Chromium has no window below 500 pixels; a device of that size it can be.
    command(
        "POST",
        "goog/cdp/execute",
        Map.of(
            "cmd",
            "Emulation.setDeviceMetricsOverride",
            "params",
            Map.of(
                "width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600)));
  }

  /** Runs a function's body in the page; its arguments are {@code arguments[0]} and so on. */
  JsonNode script(String body, Object... arguments) throws IOException {
    return command("POST", "execute/sync", Map.of("script", body, "args", List.of(arguments)));
  }

  /** Waits until an expression is true in the page. */
  void await(String what, String expression, Object... arguments) {
    Await.until(
        what,
        PATIENCE,
        () -> {
          try {
            return script("return !!(" + expression + ")", arguments).asBoolean();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        this::page);
  }

  private String page() {
    try {
      collectLogs();
      return script("return location.href + '\\n' + document.body.innerText").asText()
          + "\n"
          + errors;
    } catch (IOException e) {
      return e.toString();
    }
  }

  void click(String selector) throws IOException {
    for (int attempt = 1; !clicked(selector); attempt++) {
      assertThat(attempt).as("times that the page replaced " + selector).isLessThan(REPLACED);
    }
  }

  /** False if the page put another element in its place just now. */
  private boolean clicked(String selector) throws IOException {
    await(selector + " is there", "document.querySelector(arguments[0])", selector);
    // As a person would: only what can be seen and is not covered can be clicked.
    script("document.querySelector(arguments[0])?.scrollIntoView({block: 'center'})", selector);
    try {
      command("POST", "element/" + element(selector) + "/click", Map.of());
      return true;
    } catch (Gone e) {
      return false;
    }
  }

  /** Types into a field, in place of what is in it; the form comes a moment after the page. */
  void type(String selector, String text) throws IOException {
    await(selector, "document.querySelector(arguments[0])", selector);
    String element = element(selector);
    command("POST", "element/" + element + "/clear", Map.of());
    command("POST", "element/" + element + "/value", Map.of("text", text));
  }

  /** Presses keys where the focus is. */
  void press(String... keys) throws IOException {
    List<Map<String, String>> actions = new ArrayList<>();
    for (String key : keys) {
      actions.add(Map.of("type", "keyDown", "value", key));
      actions.add(Map.of("type", "keyUp", "value", key));
    }
    command(
        "POST",
        "actions",
        Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions", actions))));
  }

  /**
   * Puts a pointer on an element, moves it and lets it go.
   *
   * @param kind mouse or touch
   * @param way where, in shares of the element: x and y of the beginning, x and y of the end
   */
  void drag(String selector, String kind, double... way) throws IOException {
    await(selector, "document.querySelector(arguments[0])", selector);
    JsonNode box =
        script(
            "const it = document.querySelector(arguments[0]);"
                + "it.scrollIntoView({block: 'center'});"
                + "const {left, top, width, height} = it.getBoundingClientRect();"
                + "return [left, top, width, height]",
            selector);
    List<Map<String, Object>> actions = new ArrayList<>();
    actions.add(pointerMove(box, way[0], way[1]));
    actions.add(Map.of("type", "pointerDown", "button", 0));
    actions.add(pointerMove(box, (way[0] + way[2]) / 2, (way[1] + way[3]) / 2));
    actions.add(pointerMove(box, way[2], way[3]));
    actions.add(Map.of("type", "pointerUp", "button", 0));
    Map<String, Object> pointer =
        Map.of(
            "type",
            "pointer",
            "id",
            kind,
            "parameters",
            Map.of("pointerType", kind),
            "actions",
            actions);
    command("POST", "actions", Map.of("actions", List.of(pointer)));
  }

  private static Map<String, Object> pointerMove(JsonNode box, double x, double y) {
    long across = Math.round(box.get(0).asDouble() + x * box.get(2).asDouble());
    long down = Math.round(box.get(1).asDouble() + y * box.get(3).asDouble());
    return Map.of("type", "pointerMove", "duration", 50, "x", across, "y", down);
  }

  /** Puts a file into a field for files. */
  void choose(String selector, Path file) throws IOException {
    await(selector, "document.querySelector(arguments[0])", selector);
    String path = file.toAbsolutePath().toString();
    command("POST", "element/" + element(selector) + "/value", Map.of("text", path));
  }

  /** Presses a key while the control key is down. */
  void pressWithControl(String key) throws IOException {
    String control = "\uE009";
    List<Map<String, String>> actions =
        List.of(
            Map.of("type", "keyDown", "value", control),
            Map.of("type", "keyDown", "value", key),
            Map.of("type", "keyUp", "value", key),
            Map.of("type", "keyUp", "value", control));
    command(
        "POST",
        "actions",
        Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions", actions))));
  }

  private String element(String selector) throws IOException {
    JsonNode found = command("POST", "element", Map.of("using", "css selector", "value", selector));
    return found.elements().next().asText();
  }

  String text(String selector) throws IOException {
    return script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
        .asText();
  }

  /** The tab that is driven. */
  String tab() throws IOException {
    return command("GET", "window", null).asText();
  }

  /** One more, which is driven from here on. */
  String newTab() throws IOException {
    String tab = command("POST", "window/new", Map.of("type", "tab")).path("handle").asText();
    switchTo(tab);
    return tab;
  }

  /** Closes the one that is driven. */
  void closeTab() throws IOException {
    command("DELETE", "window", null);
  }

  void switchTo(String tab) throws IOException {
    command("POST", "window", Map.of("handle", tab));
  }

  void screenshot(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(command("GET", "screenshot", null).asText()));
  }

  /** What the console called an error since it was last asked. */
  List<String> takeErrors() throws IOException {
    collectLogs();
    List<String> taken = List.copyOf(errors);
    errors.clear();
    return taken;
  }

  /** Addresses that pages have asked for, all of them. */
  List<String> requests() throws IOException {
    collectLogs();
    return List.copyOf(requests);
  }

  private void collectLogs() throws IOException {
    for (JsonNode entry : command("POST", "se/log", Map.of("type", "browser"))) {
      String level = entry.path("level").asText();
      if (level.equals("SEVERE")) {
        errors.add(entry.path("message").asText());
      }
    }
    for (JsonNode entry : command("POST", "se/log", Map.of("type", "performance"))) {
      JsonNode message = JSON.readTree(entry.path("message").asText()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        requests.add(message.at("/params/request/url").asText());
      }
    }
  }

  private JsonNode command(String method, String name, @Nullable Object body) throws IOException {
    return send(method, session.resolve(name), body);
  }

  private JsonNode send(String method, URI uri, @Nullable Object body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMinutes(2))
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      JsonNode answer =
          JSON.readTree(client.send(request, BodyHandlers.ofString()).body()).path("value");
      if (answer instanceof ObjectNode failure && failure.has("stacktrace")) {
        String error = failure.path("error").asText();
        String words = error + ": " + failure.path("message").asText();
        throw error.equals("stale element reference") ? new Gone(words) : new AssertionError(words);
      }
      return answer;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      send("DELETE", URI.create(session.toString().replaceFirst("/$", "")), null);
    } finally {
      driver.destroy();
    }
  }
}
