package demofusion.deploy.config;

import demofusion.protocol.DemofusionException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node listens or is found, written in one way however it was typed ({@link HostText}).
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 0: any that is free
 */
public record NodeAddress(String host, int port) {
  /** Packets are never sent to it: only asked which way they would go (RFC 5737). */
  private static final String ELSEWHERE = "192.0.2.1";

  private static final int ANY_PORT_WILL_DO = 9;
  private static final Pattern TEXT = Pattern.compile("(?:\\[(.*:.*)]|(.*)):(\\d{1,5})");
  private static final int PORTS = 65536;
  private static final Set<String> SELF = Set.of("localhost", "127.0.0.1", "::1");

  /** Digits and dots, or anything with a colon. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  public NodeAddress {
    host = HostText.normal(host);
  }

  /**
   * Reads HOST:PORT or [IPV6]:PORT.
   *
   * @param what is read, for the sentence that says it cannot be
   */
  public static NodeAddress parse(String what, String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) >= PORTS) {
      throw DemofusionException.badRequest(
          what + " \"" + text + "\" must be HOST:PORT with a port from 0 to 65535");
    }
    String name = matcher.group(2);
    if (name != null && name.indexOf(':') >= 0) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be HOST:PORT, with an IPv6 address in brackets, for example [::1]:7980"
              .formatted(what, text));
    }
    String host = name == null ? matcher.group(1) : name;
    HostText.problem(host)
        .ifPresent(
            problem -> {
              throw DemofusionException.badRequest(
                  "%s \"%s\" must be HOST:PORT: %s".formatted(what, text, problem));
            });
    return new NodeAddress(host, Integer.parseInt(matcher.group(3)));
  }

  /**
   * @param host as a URL has it, an IPv6 address in brackets
   */
  public static NodeAddress ofUrl(String host, int port) {
    return new NodeAddress(host.replaceAll("[\\[\\]]", ""), port);
  }

  /**
   * The host as URLs have it, and so Pekko's addresses: an IPv6 address in brackets, and instead of
   * a name that they do not take, such as render_coordinator, its address, which is looked up.
   *
   * @return empty while it has none
   */
  public Optional<String> hostInUrls() {
    if (HostText.isStandard(host)) {
      return Optional.of(HostText.bracketed(host));
    }
    try {
      String address = InetAddress.getByName(host).getHostAddress();
      return Optional.of(HostText.bracketed(HostText.normal(address)));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether it is what every machine calls itself, so that only its own programs can mean it. */
  public boolean meansThisMachine() {
    return SELF.contains(host.toLowerCase(Locale.ROOT));
  }

  /**
   * What to say where a name that others know this machine by leads back into it, as Debian writes
   * into /etc/hosts: nobody else can reach what listens there.
   */
  public Optional<String> heardHereOnly() {
    boolean isName = !ADDRESS.matcher(host).matches();
    if (!isName || meansThisMachine() || !isLoopback()) {
      return Optional.empty();
    }
    return Optional.of(
        ("%s resolves to this machine's loopback address (see /etc/hosts), so no other "
                + "machine can reach %s: use the address on the network")
            .formatted(host, this));
  }

  /** Whether it stands for all of this machine's addresses. */
  public boolean isWildcard() {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** As others reach this machine on the way that leads to them. */
  public static Optional<String> ownHostTowards(String other) {
    try (DatagramSocket socket = new DatagramSocket()) {
      InetAddress target = InetAddress.getByName(other.isEmpty() ? ELSEWHERE : other);
      socket.connect(new InetSocketAddress(target, ANY_PORT_WILL_DO));
      InetAddress own = socket.getLocalAddress();
      return own.isAnyLocalAddress() ? Optional.empty() : Optional.of(own.getHostAddress());
    } catch (SocketException | UnknownHostException e) {
      return Optional.empty();
    }
  }

  public NodeAddress withPort(int other) {
    return new NodeAddress(host, other);
  }

  @Override
  public String toString() {
    return HostText.bracketed(host) + ":" + port;
  }
}
