package demofusion.deploy.compare;

import demofusion.deploy.compare.Comparison.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A method's figures, averaged over its pictures.
 *
 * @param pictures how many
 */
public record MethodMean(String method, int pictures, Figures figures) {
  static List<MethodMean> of(List<Entry> entries) {
    Set<String> methods = new LinkedHashSet<>();
    entries.forEach(entry -> methods.add(entry.method()));
    List<MethodMean> means = new ArrayList<>();
    for (String method : methods) {
      List<Figures> all =
          entries.stream()
              .filter(entry -> entry.method().equals(method))
              .map(Entry::figures)
              .toList();
      means.add(new MethodMean(method, all.size(), mean(all)));
    }
    return means;
  }

  static Figures mean(List<Figures> all) {
    return new Figures(
        mean(all, Figures::seconds),
        Math.round(mean(all, Figures::forwards)),
        mean(all, Figures::gradientEnergy),
        mean(all, Figures::repetition),
        mean(all, Figures::seams),
        mean(all, Figures::likeness));
  }

  private static double mean(List<Figures> all, ToDoubleFunction<Figures> figure) {
    return all.stream().mapToDouble(figure).average().orElse(0);
  }
}
