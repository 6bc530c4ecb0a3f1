package demofusion.protocol.api.request;

import demofusion.protocol.DemofusionException;

/**
 * What one forward of the UNet computes: so many guided views, or one guidance half of one view
 * ({@code --view-batch N|half}). It belongs to the picture's identity, since the size of a batch
 * changes the last bits of a float32 result.
 *
 * @param views guided views per forward; 1 where halves are the unit
 * @param halves whether the text and the unconditional half of a view are two units of work
 */
public record ViewBatchSize(int views, boolean halves) {
  /** More than any device takes, less than any message can carry. */
  public static final int MOST_VIEWS = 64;

  public ViewBatchSize {
    if (views < 1 || views > MOST_VIEWS || (halves && views != 1)) {
      throw DemofusionException.badRequest(
          "view batch " + views + " must be between 1 and " + MOST_VIEWS + ", or the word half");
    }
  }

  public static ViewBatchSize ofViews(int views) {
    return new ViewBatchSize(views, false);
  }

  public static ViewBatchSize half() {
    return new ViewBatchSize(1, true);
  }

  /** Reads {@code "4"} or {@code "half"}. */
  public static ViewBatchSize parse(String text) {
    if (text.equals("half")) {
      return half();
    }
    try {
      return ofViews(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw DemofusionException.badRequest(
          "view batch \"%s\" must be a number between 1 and %s, or the word half"
              .formatted(text, MOST_VIEWS));
    }
  }

  @Override
  public String toString() {
    return halves ? "half" : Integer.toString(views);
  }
}
