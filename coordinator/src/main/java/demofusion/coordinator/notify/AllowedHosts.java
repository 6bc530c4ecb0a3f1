package demofusion.coordinator.notify;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.net.UrlHost;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * The hosts that a webhook may be on: {@code hooks.example.org}, with a port {@code
 * hooks.example.org:8443}, or with all below it {@code *.example.org}. Without a port, only the
 * scheme's own is meant. Otherwise anyone who submits jobs could have the coordinator call any
 * address of its own network.
 */
public record AllowedHosts(List<String> patterns) {
  public static final AllowedHosts NONE = new AllowedHosts(List.of());

  private static final int LONGEST = 2000;

  public AllowedHosts {
    patterns = patterns.stream().map(pattern -> pattern.strip().toLowerCase(Locale.ROOT)).toList();
    for (String pattern : patterns) {
      if (!pattern.matches("(\\*\\.)?[a-z0-9._\\-\\[\\]:]+")) {
        throw DemofusionException.badRequest(
            "\""
                + pattern
                + "\" is not a valid webhook host; write it as hooks.example.org,"
                + " hooks.example.org:8443 or *.example.org");
      }
    }
  }

  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  /**
   * @throws DemofusionException BAD_REQUEST if it may not be told anything
   */
  public void require(URI webhook) {
    String scheme = String.valueOf(webhook.getScheme()).toLowerCase(Locale.ROOT);
    UrlHost host = UrlHost.of(webhook).orElse(null);
    if (!List.of("https", "http").contains(scheme)
        || host == null
        || webhook.getRawUserInfo() != null
        || webhook.toString().length() > LONGEST) {
      throw DemofusionException.badRequest(
          ("webhook %s must be an http or https URL with a host and no user, of at most "
                  + "%s characters")
              .formatted(Excerpt.of(webhook.toString(), 100), LONGEST));
    }
    if (isEmpty()) {
      throw DemofusionException.badRequest(
          "webhook " + webhook + " is not allowed: this farm has no webhook hosts");
    }
    String name = host.name().toLowerCase(Locale.ROOT);
    if (!allows(name, host.port() >= 0 ? host.port() : usualPort(scheme), scheme)) {
      throw DemofusionException.badRequest(
          "webhook %s is not on an allowed host; allowed hosts are %s"
              .formatted(webhook, String.join(", ", patterns)));
    }
  }

  private static int usualPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }

  private boolean allows(String host, int port, String scheme) {
    boolean isUsualPort = port == usualPort(scheme);
    return patterns.stream()
        .anyMatch(
            pattern -> (isUsualPort && names(pattern, host)) || names(pattern, host + ":" + port));
  }

  private static boolean names(String pattern, String host) {
    return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
  }
}
