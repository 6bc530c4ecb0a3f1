package demofusion.deploy.config;

import demofusion.protocol.DemofusionException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host of this machine's and the ports on it of which the first free one is taken, so that
 * several nodes on one machine need not be told apart by hand.
 *
 * @param first 0: any that is free
 * @param last the same as the first where it must be this one
 */
public record PortRange(String host, int first, int last) {
  private static final String OFF = "off";
  private static final int MOST = 65535;
  private static final Pattern RANGE = Pattern.compile("(.+:)(\\d{1,5})-(\\d{1,5})");

  /**
   * Reads HOST:PORT, HOST:FROM-TO, or off.
   *
   * @param what is read, for the sentence that says it cannot be
   * @return empty: off
   */
  public static Optional<PortRange> parse(String what, String text) {
    if (text.isEmpty() || text.equals(OFF)) {
      return Optional.empty();
    }
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      NodeAddress one = NodeAddress.parse(what, text);
      return Optional.of(new PortRange(one.host(), one.port(), one.port()));
    }
    NodeAddress from = NodeAddress.parse(what, matcher.group(1) + matcher.group(2));
    int last = Integer.parseInt(matcher.group(3));
    if (from.port() == 0 || last < from.port() || last > MOST) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be HOST:PORT, HOST:FROM-TO with ports from 1 to %s, or off"
              .formatted(what, text, MOST));
    }
    return Optional.of(new PortRange(from.host(), from.port(), last));
  }

  /** Whether it names one port, which it then has to be. */
  public boolean isOne() {
    return first == last;
  }

  @Override
  public String toString() {
    return new NodeAddress(host, first) + (isOne() ? "" : "-" + last);
  }
}
