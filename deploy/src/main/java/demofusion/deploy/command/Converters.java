package demofusion.deploy.command;

import demofusion.coordinator.http.Role;
import demofusion.coordinator.job.JobState;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.RenderMethod;
import demofusion.protocol.latent.UnitOfWork;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Texts of the command line as values; what cannot be one is said in a sentence. */
final class Converters {
  private static final Pattern CROP = Pattern.compile("(\\d{1,6})[,x](\\d{1,6})");

  private Converters() {}

  static CommandLine register(CommandLine command) {
    return command
        .registerConverter(Integer.class, Converters::wholeNumber)
        .registerConverter(int.class, Converters::wholeNumber)
        .registerConverter(Long.class, Converters::longNumber)
        .registerConverter(Double.class, Converters::number)
        .registerConverter(double.class, Converters::number)
        .registerConverter(float.class, text -> (float) number(text))
        .registerConverter(PixelExtent.class, text -> parse(PixelExtent::parse, text))
        .registerConverter(UnitOfWork.class, text -> parse(UnitOfWork::parse, text))
        .registerConverter(SchedulerKind.class, text -> parse(SchedulerKind::parse, text))
        .registerConverter(Duration.class, text -> parse(Amounts::duration, text))
        .registerConverter(URI.class, Converters::address)
        .registerConverter(Role.class, text -> parse(Role::parse, text))
        .registerConverter(JobState.class, Converters::jobState)
        .registerConverter(Precision.class, text -> parse(Precision::parse, text))
        .registerConverter(RenderMethod.class, Converters::method)
        .registerConverter(CropCorner.class, Converters::cropCorner);
  }

  private static <T> T parse(Function<String, T> parser, String text) {
    try {
      return parser.apply(text);
    } catch (DemofusionException e) {
      throw new TypeConversionException(e.sentence());
    }
  }

  private static URI address(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new TypeConversionException(
          "\"" + text + "\" must be an address, for example https://example.org/done");
    }
  }

  private static JobState jobState(String text) {
    for (JobState state : JobState.values()) {
      if (state.toString().equals(text)) {
        return state;
      }
    }
    throw new TypeConversionException(
        "\""
            + text
            + "\" must be "
            + Arrays.stream(JobState.values())
                .map(JobState::toString)
                .collect(Collectors.joining(", ")));
  }

  private static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("\"" + text + "\" must be a whole number");
    }
  }

  private static long longNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "\"" + text + "\" must be a whole number between 0 and " + Long.MAX_VALUE);
    }
  }

  private static double number(String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, together with NaN and infinity
    }
    throw new TypeConversionException("\"" + text + "\" must be a number, for example 7.5");
  }

  private static RenderMethod method(String text) {
    for (RenderMethod method : RenderMethod.values()) {
      if (method.name().toLowerCase(Locale.ROOT).equals(text)) {
        return method;
      }
    }
    throw new TypeConversionException(
        "\"" + text + "\" must be demofusion, multidiffusion or direct");
  }

  private static CropCorner cropCorner(String text) {
    Matcher matcher = CROP.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "\"" + text + "\" must be TOP,LEFT in pixels, for example 0,256");
    }
    return new CropCorner(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }
}
