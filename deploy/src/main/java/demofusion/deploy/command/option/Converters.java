package demofusion.deploy.command.option;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Texts of the command line as values; what cannot be one is said in a sentence. */
final class Converters {
  private Converters() {}

  static CommandLine register(CommandLine command) {
    return command
        .registerConverter(Integer.class, Converters::wholeNumber)
        .registerConverter(int.class, Converters::wholeNumber)
        .registerConverter(Long.class, Converters::longNumber)
        .registerConverter(Double.class, Converters::number)
        .registerConverter(double.class, Converters::number)
        .registerConverter(Float.class, text -> (float) number(text))
        .registerConverter(float.class, text -> (float) number(text))
        .registerConverter(PixelExtent.class, text -> parse(PixelExtent::parse, text))
        .registerConverter(ViewBatchSize.class, text -> parse(ViewBatchSize::parse, text))
        .registerConverter(SchedulerKind.class, text -> parse(SchedulerKind::parse, text))
        .registerConverter(Duration.class, text -> parse(Quantities::duration, text))
        .registerConverter(URI.class, Converters::address)
        .registerConverter(Role.class, text -> parse(Role::parse, text))
        .registerConverter(JobState.class, Converters::jobState)
        .registerConverter(Precision.class, text -> parse(Precision::parse, text))
        .registerConverter(PromptSyntax.class, text -> parseUnnamed(PromptSyntax::parse, text))
        .registerConverter(RenderMethod.class, text -> parseUnnamed(RenderMethod::parse, text))
        .registerConverter(CropCorner.class, text -> parseUnnamed(CropCorner::parse, text))
        .registerConverter(PhaseScales.class, text -> parse(PhaseScales::parse, text))
        .registerConverter(PhaseStrengths.class, text -> parse(PhaseStrengths::parse, text))
        .registerConverter(RegionNoise.class, text -> parse(RegionNoise::parse, text))
        .registerConverter(WindowWeights.class, text -> parseUnnamed(WindowWeights::parse, text))
        .registerConverter(WindowSpacing.class, text -> parseUnnamed(WindowSpacing::parse, text))
        .registerConverter(GuidanceSplit.class, text -> parseUnnamed(GuidanceSplit::parse, text))
        .registerConverter(Inversion.class, text -> parseUnnamed(Inversion::parse, text));
  }

  private static <T> T parse(Function<String, T> parser, String text) {
    try {
      return parser.apply(text);
    } catch (DemofusionException e) {
      throw new TypeConversionException(e.userMessage());
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
        "\"%s\" must be %s"
            .formatted(
                text,
                Arrays.stream(JobState.values())
                    .map(JobState::toString)
                    .collect(Collectors.joining(", "))));
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

  /** The option is named before the sentence: the value's own name is not said again. */
  private static <T> T parseUnnamed(Function<String, T> parser, String text) {
    try {
      return parser.apply(text);
    } catch (DemofusionException e) {
      throw new TypeConversionException(e.userMessage().substring(e.userMessage().indexOf('"')));
    }
  }
}
