package demofusion.coordinator.image.recorded;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as programs write them: exactly, and none so long that it would take time. */
final class Numbers {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d{1,30}\\.?\\d{0,30}|\\.\\d{1,30})([eE][-+]?\\d{1,2})?");

  private Numbers() {}

  /** Null: it is none. */
  static @Nullable BigDecimal parse(String text) {
    String digits = text.strip();
    return DECIMAL.matcher(digits).matches() ? new BigDecimal(digits) : null;
  }
}
