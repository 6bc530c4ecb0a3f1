package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;

/**
 * The part of every phase's schedule in which something counts (conditioning section 2.2): step i
 * of N where not i/N &lt; start and not (i + 1)/N &gt; end.
 *
 * @param start in shares of the whole schedule
 */
public record StepSpan(double start, double end) {
  private static final Range START = new Range("start", 0.0, 1.0);
  private static final Range END = new Range("end", 0.0, 1.0);

  public static final StepSpan ALL = new StepSpan(0, 1);

  public StepSpan {
    START.require(start);
    END.require(end);
    if (start >= end) {
      throw DemofusionException.badRequest("start %s must be before end %s".formatted(start, end));
    }
  }

  /**
   * @param step i, from 0 in the whole schedule
   * @param steps N
   */
  public boolean has(int step, int steps) {
    return (double) step / steps >= start && (double) (step + 1) / steps <= end;
  }
}
