package demofusion.protocol.api.usage;

import demofusion.protocol.DemofusionException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may have of a farm.
 *
 * @param budget null: as much as there is
 * @param overBudget of a job that it has no room for
 * @param weight of a share, where several ask: with 2 it is twice that of who has 1
 */
public record Allowance(@Nullable Budget budget, OverBudget overBudget, BigDecimal weight) {
  private static final BigDecimal LEAST = new BigDecimal("0.01");
  private static final BigDecimal MOST = new BigDecimal("100");

  /** Who has no words of their own; below the bounds, which it is checked by. */
  public static final Allowance USUAL = new Allowance(null, OverBudget.REFUSE, BigDecimal.ONE);

  public Allowance {
    if (weight.compareTo(LEAST) < 0 || weight.compareTo(MOST) > 0 || weight.scale() > 4) {
      throw DemofusionException.badRequest(
          "weight %s must be between %s and %s, with at most 4 decimals; 1 is the usual share"
              .formatted(weight.toPlainString(), LEAST, MOST));
    }
    if (budget == null && overBudget != OverBudget.REFUSE) {
      throw DemofusionException.badRequest(
          "over-budget %s needs a budget; give one, such as 40h/month".formatted(overBudget));
    }
    weight = weight.signum() == 0 ? weight : weight.stripTrailingZeros();
  }
}
