package demofusion.deploy.plan;

import demofusion.protocol.DemofusionException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Some equal GPUs of {@code --gpus}: {@code NAME[@TFLOPS][:COUNT]}, {@code here} or {@code
 * calibrated}.
 *
 * @param teraflops a peak rate in place of the table's
 */
public record GpuRequest(String name, OptionalDouble teraflops, int count) {
  /** This machine's device, measured. */
  public static final String HERE = "here";

  /** The device that {@code --calibration} tells of. */
  public static final String CALIBRATED = "calibrated";

  private static final int MOST = 1000;
  private static final double MOST_TERAFLOPS = 1e6;
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z][\\w.-]*|\\d+[\\w.-]*)(?:@(\\d+(?:\\.\\d+)?))?(?::(\\d{1,6}))?");

  /** Reads a list with commas. */
  public static List<GpuRequest> parseAll(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(GpuRequest::parse).toList();
  }

  private static GpuRequest parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          "\"" + text + "\" must be NAME[@TFLOPS][:COUNT], for example 3090:2 or mygpu@120:4");
    }
    String rate = matcher.group(2);
    String number = matcher.group(3);
    int count = number == null ? 1 : Integer.parseInt(number);
    if (count < 1 || count > MOST) {
      throw DemofusionException.badRequest(
          "\"" + text + "\" asks for " + count + " GPUs; the count must be between 1 and " + MOST);
    }
    GpuRequest request =
        new GpuRequest(
            matcher.group(1),
            rate == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(rate)),
            count);
    request.require();
    return request;
  }

  private void require() {
    if (teraflops.isPresent()
        && !(teraflops.getAsDouble() > 0 && teraflops.getAsDouble() <= MOST_TERAFLOPS)) {
      throw DemofusionException.badRequest(
          name + "@" + teraflops.getAsDouble() + " must be above 0 TFLOP/s and at most 1000000");
    }
    boolean isMeasured = isHere() || name.equals(CALIBRATED);
    if (isMeasured ? teraflops.isPresent() : teraflops.isEmpty() && Gpu.named(name).isEmpty()) {
      throw DemofusionException.badRequest(
          isMeasured
              ? name + " is measured, so it must come without a rate"
              : ("unknown GPU \"%s\": it must be one of %s, or come with its peak float16 rate "
                      + "in TFLOP/s, %s@120")
                  .formatted(name, Gpu.names(), name));
    }
  }

  public boolean isHere() {
    return name.equals(HERE);
  }

  /** The measured device itself, or one of its kind whose rate was not given. */
  boolean takes(Calibration calibration) {
    Optional<Gpu> known = Gpu.named(name);
    boolean isOfItsKind =
        known.isPresent() && known.equals(Gpu.ofProduct(calibration.device().name()));
    return name.equals(CALIBRATED) || (teraflops.isEmpty() && isOfItsKind);
  }

  /** What is planned for where nothing else is asked. */
  public static List<GpuRequest> orElse(@Nullable String text, boolean hasCalibration) {
    return parseAll(text == null ? hasCalibration ? CALIBRATED : HERE : text);
  }
}
