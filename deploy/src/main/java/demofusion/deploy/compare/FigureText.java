package demofusion.deploy.compare;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Figures for people, under the names that they have everywhere. */
final class FigureText {
  private FigureText() {}

  /** By their names. */
  static Map<String, String> of(Figures figures) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("seconds", text("%.1f", figures.seconds()));
    texts.put("forwards", Long.toString(figures.forwards()));
    texts.put("gradient energy", text("%.2f", figures.gradientEnergy()));
    texts.put("repetition", text("%.2f", figures.repetition()));
    texts.put("seams", text("%.2f", figures.seams()));
    texts.put("likeness to phase 1", text("%.2f", figures.likeness()));
    return texts;
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  static String line(Figures figures) {
    StringBuilder line = new StringBuilder();
    of(figures)
        .forEach(
            (name, text) ->
                line.append(line.length() == 0 ? "" : ", ").append(name).append(' ').append(text));
    return line.toString();
  }
}
