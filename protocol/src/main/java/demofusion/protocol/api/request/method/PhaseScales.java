package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.List;

/**
 * The ladder of phases that a request names ({@code --phases 1,2,4}): how many times the model's
 * native side each phase's longer side has (modes section 1). It rises from 1; the plan says where
 * it must end.
 */
public record PhaseScales(List<Integer> scales) {
  public PhaseScales {
    scales = List.copyOf(scales);
    boolean rises = !scales.isEmpty() && scales.get(0) == 1;
    for (int n = 1; n < scales.size(); n++) {
      rises &= scales.get(n) > scales.get(n - 1);
    }
    if (!rises) {
      throw DemofusionException.badRequest(
          "phases " + NumberList.text(scales) + " must begin with 1 and rise, such as 1,2,4");
    }
  }

  /** Reads {@code "1,2,4"}. */
  public static PhaseScales parse(String text) {
    return new PhaseScales(NumberList.parseWhole("phases", text));
  }

  @Override
  public String toString() {
    return NumberList.text(scales);
  }
}
