package demofusion.deploy.farm;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * As much of a browser as a sign-in needs: cookies by host and port, forms, and redirects that a
 * test follows one by one.
 */
final class CookieBrowser {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Map<String, String>> cookies = new HashMap<>();

  HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return send(URI.create(url), to(url).GET());
  }

  /** As the page at the same place would. */
  HttpResponse<String> send(String method, String url, String json)
      throws IOException, InterruptedException {
    URI place = URI.create(url);
    return send(
        place,
        to(url)
            .header("Origin", place.getScheme() + "://" + place.getAuthority())
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json)));
  }

  HttpResponse<String> submitForm(String url, Map<String, String> fields)
      throws IOException, InterruptedException {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(fields)
        .forEach(
            (name, value) ->
                pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return send(
        URI.create(url),
        to(url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(String.join("&", pairs))));
  }

  private HttpRequest.Builder to(String url) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    Map<String, String> known = cookies.getOrDefault(URI.create(url).getAuthority(), Map.of());
    if (!known.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      known.forEach((name, value) -> pairs.add(name + "=" + value));
      request.header("Cookie", String.join("; ", pairs));
    }
    return request;
  }

  private HttpResponse<String> send(URI place, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    Map<String, String> own = cookies.computeIfAbsent(place.getAuthority(), any -> new TreeMap<>());
    for (String cookie : response.headers().allValues("Set-Cookie")) {
      String[] pair = cookie.split(";", 2)[0].split("=", 2);
      if (cookie.contains("Max-Age=0")) {
        own.remove(pair[0]);
      } else {
        own.put(pair[0], pair[1]);
      }
    }
    return response;
  }

  /** What it keeps of a place. */
  Map<String, String> cookies(String url) {
    return Map.copyOf(cookies.getOrDefault(URI.create(url).getAuthority(), Map.of()));
  }

  static String location(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Location")
        .orElseThrow(() -> new AssertionError(response.statusCode() + " " + response.body()));
  }
}
