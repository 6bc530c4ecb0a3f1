package demofusion.deploy.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One way to write a host, however it was typed: names in lower case, IPv6 addresses as RFC 5952
 * has them. Nodes compare each other's addresses as texts.
 */
final class HostText {
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[\\w.-]+)?");
  private static final Pattern IPV4 = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
  private static final Pattern OCTETS =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.|$)){4}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");
  private static final int LONGEST_NAME = 253;

  private HostText() {}

  /** The same host in the one way to write it; what is no host is left as it is. */
  static String normal(String host) {
    return ipv6(host).map(HostText::written).orElse(host.toLowerCase(Locale.ROOT));
  }

  /**
   * What is wrong with a text that is to be a host.
   *
   * @return empty: nothing
   */
  static Optional<String> problem(String host) {
    if (host.indexOf(':') >= 0) {
      return ipv6(host).isPresent()
          ? Optional.empty()
          : Optional.of("\"" + host + "\" is no IPv6 address of this machine's network");
    }
    boolean isHost =
        IPV4.matcher(host).matches()
            ? OCTETS.matcher(host).matches()
            : NAME.matcher(host).matches() && host.length() <= LONGEST_NAME;
    return isHost
        ? Optional.empty()
        : Optional.of("\"" + host + "\" is neither a host name nor an address");
  }

  /** Whether URLs, and so Pekko's addresses, can have it for a host; IPv6 in brackets. */
  static boolean isStandard(String host) {
    return URI.create("http://" + bracketed(host)).getHost() != null;
  }

  static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  private static Optional<Inet6Address> ipv6(String host) {
    if (!IPV6.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      // In brackets nothing is looked up; what embeds an IPv4 address may come back as one.
      return InetAddress.getByName("[" + host + "]") instanceof Inet6Address address
          ? Optional.of(address)
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Eight groups in hexadecimal, the longest run of two or more zeros left out. */
  private static String written(Inet6Address address) {
    String all = address.getHostAddress();
    int scope = all.indexOf('%');
    String groups = scope < 0 ? all : all.substring(0, scope);
    for (int zeros = 8; zeros >= 2; zeros--) {
      String run = ":" + "0:".repeat(zeros);
      int begin = (":" + groups + ":").indexOf(run);
      if (begin >= 0) {
        String padded = ":" + groups + ":";
        String left = padded.substring(0, begin);
        String right = padded.substring(begin + run.length());
        groups = left.replaceFirst("^:", "") + "::" + right.replaceFirst(":$", "");
        break;
      }
    }
    return scope < 0 ? groups : groups + all.substring(scope);
  }
}
