package demofusion.deploy.plan;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a device was measured to do, as {@code demofusion selftest} writes it down and {@code plan
 * --calibration} takes it in place of assumed rates. Read it with {@link CalibrationFile}.
 *
 * @param format of this record: {@value #FORMAT}
 * @param device that was measured
 * @param model that it was measured with
 * @param program the version of this program
 * @param measuredAt when
 * @param matrixTeraflops 10¹² operations a second of one large matrix product in the UNet's
 *     precision: the device's own rate, which no network passes
 * @param forwards of the UNet, by tile size and views
 * @param pictures of the VAE, by what was done and tile size
 * @param textSeconds of encoding one prompt and its negative
 * @param gapShare share of the time that passes between forwards done one behind the other
 * @param transfers to the device and back
 * @param memory that was foretold and taken
 */
public record Calibration(
    int format,
    MeasuredCard device,
    MeasuredModel model,
    String program,
    Instant measuredAt,
    double matrixTeraflops,
    List<Forward> forwards,
    List<Picture> pictures,
    double textSeconds,
    double gapShare,
    Transfers transfers,
    Memory memory) {
  public static final int FORMAT = 1;

  private static final int MOST_ROWS = 200;
  private static final int MOST_CELLS = 4096;
  private static final int MOST_VIEWS = 256;
  private static final double MOST_SECONDS = 86_400;
  private static final double MOST_FLOP = 1e18;
  private static final double MOST_TERAFLOPS = 1e6;
  private static final double MOST_BYTES_PER_SECOND = 1e15;
  private static final long MOST_BYTES = 1L << 50;
  private static final int LONGEST_TEXT = 200;

  /**
   * The device.
   *
   * @param name the maker's, for example NVIDIA GeForce RTX 3090
   * @param kind cpu or cuda
   * @param precision of the UNet, as {@link Precision} says it
   * @param memoryBytes that it has; 0: not known
   * @param lanes forwards that it does at once
   */
  public record MeasuredCard(
      String name, String kind, String precision, long memoryBytes, int lanes) {
    public MeasuredCard {
      text("device.name", name);
      text("device.kind", kind);
      text("device.precision", precision);
      Precision.parse(precision);
      within("device.memoryBytes", memoryBytes, 0, MOST_BYTES);
      within("device.lanes", lanes, 1, 1024);
    }

    /** That the UNet ran in. */
    public Precision unet() {
      return Precision.parse(precision);
    }
  }

  /**
   * The model.
   *
   * @param hash over configuration and weights, hexadecimal
   */
  public record MeasuredModel(String name, String hash) {
    public MeasuredModel {
      text("model.name", name);
      text("model.hash", hash);
    }
  }

  /**
   * Forwards of one kind.
   *
   * @param height latent samples
   * @param width latent samples
   * @param views guided views per forward
   * @param seconds of one forward while all lanes are busy, divided by the lanes
   * @param flop floating-point operations of it
   */
  public record Forward(int height, int width, int views, double seconds, double flop) {
    public Forward {
      within("forwards.height", height, 1, MOST_CELLS);
      within("forwards.width", width, 1, MOST_CELLS);
      within("forwards.views", views, 1, MOST_VIEWS);
      positive("forwards.seconds", seconds, MOST_SECONDS);
      positive("forwards.flop", flop, MOST_FLOP);
    }

    /** Operations a second. */
    public double rate() {
      return flop / seconds;
    }
  }

  /**
   * One tile through the VAE.
   *
   * @param task decode or encode
   * @param height latent samples
   * @param width latent samples
   * @param seconds of one tile while all lanes are busy, divided by the lanes
   * @param flop floating-point operations of it
   */
  public record Picture(String task, int height, int width, double seconds, double flop) {
    public static final String DECODE = "decode";
    public static final String ENCODE = "encode";

    public Picture {
      if (!DECODE.equals(task) && !ENCODE.equals(task)) {
        throw bad("pictures.task", task, "be decode or encode");
      }
      within("pictures.height", height, 1, MOST_CELLS);
      within("pictures.width", width, 1, MOST_CELLS);
      positive("pictures.seconds", seconds, MOST_SECONDS);
      positive("pictures.flop", flop, MOST_FLOP);
    }

    /** Operations a second. */
    public double rate() {
      return flop / seconds;
    }
  }

  /** Bytes a second; on a CPU, copies within its memory. */
  public record Transfers(double toDevice, double fromDevice) {
    public Transfers {
      positive("transfers.toDevice", toDevice, MOST_BYTES_PER_SECOND);
      positive("transfers.fromDevice", fromDevice, MOST_BYTES_PER_SECOND);
    }
  }

  /**
   * Of the largest unit that was measured.
   *
   * @param foretoldBytes by {@link MemoryNeed}; 0: not foretold
   * @param peakBytes that were seen; 0: not seen
   */
  public record Memory(long foretoldBytes, long peakBytes) {
    public Memory {
      within("memory.foretoldBytes", foretoldBytes, 0, MOST_BYTES);
      within("memory.peakBytes", peakBytes, 0, MOST_BYTES);
    }
  }

  public Calibration {
    if (format != FORMAT) {
      throw bad("format", format, "be " + FORMAT + ", the one that this program reads");
    }
    present("device", device);
    present("model", model);
    text("program", program);
    present("measuredAt", measuredAt);
    positive("matrixTeraflops", matrixTeraflops, MOST_TERAFLOPS);
    forwards = rows("forwards", forwards);
    pictures = rows("pictures", pictures);
    positive("textSeconds", textSeconds, MOST_SECONDS);
    if (!(gapShare >= 0 && gapShare < 1)) {
      throw bad("gapShare", gapShare, "be at least 0 and below 1");
    }
    present("transfers", transfers);
    present("memory", memory);
  }

  /** Share of the device's own matrix rate that a forward reaches. */
  public double matrixShare(Forward forward) {
    return forward.rate() / (matrixTeraflops * 1e12);
  }

  /** For people: what was measured, and when. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "%s, %s, measured %s with %s",
        device.name(),
        device.precision(),
        measuredAt,
        model.name());
  }

  private static <T> List<T> rows(String field, List<T> rows) {
    present(field, rows);
    if (rows.isEmpty() || rows.size() > MOST_ROWS) {
      throw bad(field, rows.size() + " rows", "have between 1 and " + MOST_ROWS);
    }
    rows.forEach(row -> present(field, row));
    return List.copyOf(rows);
  }

  // A file may hold null wherever it likes.
  private static void present(String field, @Nullable Object value) {
    if (value == null) {
      throw bad(field, "missing", "be given");
    }
  }

  private static void text(String field, String value) {
    present(field, value);
    if (value.isBlank() || value.length() > LONGEST_TEXT) {
      throw bad(
          field,
          value.length() + " characters",
          "have between 1 and " + LONGEST_TEXT + ", not all of them blank");
    }
    if (value.codePoints().anyMatch(Character::isISOControl)) {
      throw bad(field, "with control characters", "be plain text");
    }
  }

  private static void within(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw bad(field, value, "be between " + least + " and " + most);
    }
  }

  private static void positive(String field, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw bad(field, value, String.format(Locale.ROOT, "be above 0 and at most %.0f", most));
    }
  }

  private static DemofusionException bad(String field, Object value, String must) {
    return DemofusionException.badRequest(
        "calibration: " + field + " is " + value + "; it must " + must);
  }
}
