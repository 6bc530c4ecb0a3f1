package demofusion.coordinator.budget;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.TokenLine;
import demofusion.protocol.api.usage.Allowance;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What each owner of a token may have, as the tokens file said last; for any thread. */
public final class Allowances implements Consumer<List<TokenLine>> {
  private volatile Map<String, Allowance> byName = Map.of();

  @Override
  public void accept(List<TokenLine> lines) {
    byName = read(lines);
  }

  /**
   * By the owners' names, of those who have one of their own.
   *
   * @throws DemofusionException BAD_REQUEST if lines of one name differ: which one counts would be
   *     a guess
   */
  public static Map<String, Allowance> read(List<TokenLine> lines) {
    Map<String, Allowance> read = new TreeMap<>();
    for (TokenLine line : lines) {
      if (line.allowance().equals(Allowance.USUAL)) {
        continue;
      }
      Allowance other = read.putIfAbsent(line.name(), line.allowance());
      if (other != null && !other.equals(line.allowance())) {
        throw DemofusionException.badRequest(
            "two lines of %s have different budgets or weights; give them in one of its lines only"
                .formatted(line.name()));
      }
    }
    return read;
  }

  Map<String, Allowance> all() {
    return byName;
  }

  public Allowance of(String owner) {
    return byName.getOrDefault(owner, Allowance.USUAL);
  }

  /** Of an owner's share. */
  public double weight(String owner) {
    return of(owner).weight().doubleValue();
  }
}
