package demofusion.deploy.command.option.control;

import demofusion.coordinator.library.LibraryKind;
import demofusion.deploy.command.option.file.NetworkName;
import demofusion.deploy.command.option.file.PictureOnDisk;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.ControlEntry;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMake;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.StepSpan;
import demofusion.protocol.api.request.method.NumberList;
import java.io.File;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads FILE[:TYPE] and what follows it. */
final class ControlText {
  /** A drive letter is no name of a file. */
  private static final Pattern TYPED = Pattern.compile("(.{2,}):([A-Za-z0-9_-]+)");

  private static final List<Double> STANDARD_WEIGHTS = List.of(1.0);

  private ControlText() {}

  /** Without its type. */
  static String network(String text) {
    return typed(text).map(typed -> typed.group(1)).orElse(text);
  }

  private static @Nullable String type(String text) {
    return typed(text).map(typed -> typed.group(2)).orElse(null);
  }

  /** Empty: it says no type. A file's own name may have a colon in it, too. */
  private static Optional<Matcher> typed(String text) {
    return Optional.of(TYPED.matcher(text))
        .filter(Matcher::matches)
        .filter(typed -> !new File(text).exists());
  }

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  static ControlUse parse(ControlOptions.One one) {
    NetworkName name = NetworkName.of(LibraryKind.CONTROLNET, network(one.network));
    String type = type(one.network);
    return new ControlUse(
        NamedNetwork.named(name.name()),
        null,
        type,
        picture(one.network, type, one.image),
        one.weight == null ? STANDARD_WEIGHTS : NumberList.parse("control weight", one.weight),
        new StepSpan(one.start == null ? 0 : one.start, one.end == null ? 1 : one.end),
        one.mode == null ? ControlMode.PLAIN : ControlMode.parse(one.mode),
        one.resize == null ? null : ControlResize.parse(one.resize),
        one.fit == null ? null : ControlFit.parse(one.fit),
        one.make == null ? null : ControlMake.parse(one.make));
  }

  private static @Nullable PictureBytes picture(
      String network, @Nullable String type, @Nullable String image) {
    boolean isOfInpainting = ControlUse.INPAINT.equals(type);
    if (isOfInpainting && image != null) {
      throw DemofusionException.badRequest(
          "--controlnet %s follows --image and --mask: leave out its --control-image"
              .formatted(network));
    }
    if (!isOfInpainting && image == null) {
      throw DemofusionException.badRequest(
          ("--controlnet %s has nothing to follow: give a picture with --control-image behind it,"
                  + " or the word phase")
              .formatted(network));
    }
    return image == null || image.equals(ControlEntry.PHASE)
        ? null
        : PictureOnDisk.read("--control-image", image);
  }
}
