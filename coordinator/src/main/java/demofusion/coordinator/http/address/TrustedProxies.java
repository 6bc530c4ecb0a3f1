package demofusion.coordinator.http.address;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxies that are believed when they say how a client reached them. Anybody can write such
 * headers, so the word of an address that is not among these counts for nothing.
 */
public final class TrustedProxies {
  private static final Pattern NETWORK = Pattern.compile("([0-9A-Fa-f:.]+)(?:/(\\d{1,3}))?");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.|$)){4}");
  private static final String NOBODY = "none";

  /** A proxy on the same machine. */
  public static final TrustedProxies LOOPBACK = parse("trusted proxies", "127.0.0.0/8, ::1");

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /** Addresses that begin with the same bits. */
  private record Network(InetAddress address, int bits) {
    boolean includes(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] theirs = other.getAddress();
      int whole = bits / 8;
      int mask = 0xff00 >> bits % 8;
      return mine.length == theirs.length
          && Arrays.equals(mine, 0, whole, theirs, 0, whole)
          && (bits % 8 == 0 || (mine[whole] & mask) == (theirs[whole] & mask));
    }
  }

  /**
   * Reads addresses and networks ({@code 10.1.0.0/16, fd00::/8}) between commas; {@code none}:
   * nobody.
   *
   * @param name of the setting, for the sentence
   * @throws DemofusionException BAD_REQUEST
   */
  public static TrustedProxies parse(String name, String text) {
    if (text.strip().equals(NOBODY)) {
      return new TrustedProxies(List.of());
    }
    return new TrustedProxies(
        Stream.of(text.split(",", -1)).map(each -> network(name, each.strip())).toList());
  }

  private static Network network(String name, String text) {
    Matcher parts = NETWORK.matcher(text);
    try {
      // Nothing that would be looked up as a name gets as far as there.
      if (parts.matches() && (text.contains(":") || IPV4.matcher(parts.group(1)).matches())) {
        InetAddress address =
            InetAddress.getByName(text.contains(":") ? "[" + parts.group(1) + "]" : parts.group(1));
        int most = 8 * address.getAddress().length;
        int bits = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
        if (bits <= most) {
          return new Network(address, bits);
        }
      }
    } catch (UnknownHostException e) {
      // said below
    }
    throw DemofusionException.badRequest(
        "%s has \"%s\", which must be an IP address or a network such as 10.1.0.0/16; separate several with commas, and write none for nobody"
            .formatted(name, Excerpt.of(text, 60)));
  }

  /** An address as it stands in a header, with or without a port; never looked up as a name. */
  static Optional<InetAddress> literal(String text) {
    String bare =
        text.matches("\\[[^\\]]*](:\\d{1,5})?")
            ? text.substring(1, text.indexOf(']'))
            : text.replaceFirst("^([0-9.]+):\\d{1,5}$", "$1");
    boolean isAddress =
        bare.matches("[0-9A-Fa-f:.]{2,45}") && (bare.contains(":") || IPV4.matcher(bare).matches());
    try {
      return isAddress
          ? Optional.of(InetAddress.getByName(bare.contains(":") ? "[" + bare + "]" : bare))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  boolean include(InetAddress address) {
    return networks.stream().anyMatch(network -> network.includes(address));
  }
}
