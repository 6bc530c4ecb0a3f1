package demofusion.protocol.api.request;

import static demofusion.protocol.api.request.Field.Surface.GUESTS;

import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.AskedInpainting;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link RequestFields#ALL}: ControlNets, IP-Adapters, and which part of the image is drawn
 * anew.
 */
final class ConditionFields {
  private static final String IMAGE = "image";

  static final List<Field<?>> ROWS =
      List.of(
          Field.ofSpec(
                  "controlnets",
                  FieldKind.controls(),
                  ConditionFields::controls,
                  (builder, uses) -> builder.conditions(builder.conditions.withControls(uses)))
              .option("--controlnets")
              .each("--controlnet")
              .recorded("DemoFusion ControlNets", 48)
              .recordedAs(ConditionFields::recordedControls, ConditionFields::withoutPictures)
              .guestArgument(45)
              .form(
                  FormGroup.CONDITIONING,
                  "ControlNets",
                  "What the image’s structure follows, as a JSON list. name, image: a picture in"
                      + " base64, or phase for the phase before; also type, weights by phase, start,"
                      + " end, mode, resize, fit, make.")
              .control(Field.Control.CONTROLS)
              .otherwise("none")
              .studied()
              .example("[{\"name\":\"tile\",\"image\":\"phase\",\"weights\":[0.8]}]"),
          Field.ofSpec(
                  "ipAdapters",
                  FieldKind.adapters(),
                  ConditionFields::adapters,
                  (builder, uses) -> builder.conditions(builder.conditions.withAdapters(uses)))
              .option("--ip-adapters")
              .each("--ip-adapter")
              .recorded("DemoFusion IP-Adapters", 49)
              .recordedAs(ConditionFields::recordedAdapters, text -> null)
              .guestArgument(46)
              .form(
                  FormGroup.CONDITIONING,
                  "IP-Adapters",
                  "Pictures that the image is to resemble, as a JSON list. name, images: pictures in"
                      + " base64; also weight, local, start, end, blocks, fit, encoder.")
              .control(Field.Control.ADAPTERS)
              .otherwise("none")
              .example(
                  "[{\"name\":\"ip-adapter_sdxl\",\"images\":[\"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\"]}]"),
          part("mask", FieldKind.picture("mask"), AskedInpainting::mask, AskedInpainting::withMask)
              .option("--mask")
              .each("--mask")
              .recorded("DemoFusion mask", 50)
              .recordedAs(ConditionFields::maskHash, text -> null)
              .form(
                  FormGroup.START,
                  "Mask",
                  "A picture of the image’s shape that is white where the image is drawn anew.")
              .control(Field.Control.FILE)
              .notOn(GUESTS),
          part(
                  "maskFeather",
                  FieldKind.number(Double.class, Inpainting.FEATHER),
                  AskedInpainting::feather,
                  AskedInpainting::withFeather)
              .option("--mask-feather")
              .recorded("DemoFusion mask feather", 51)
              .guestArgument(47)
              .form(
                  FormGroup.START,
                  "Mask feather",
                  "How softly what is drawn passes into what is kept, outside the mask, in pixels;"
                      + " 0 leaves an edge.")
              .otherwise("4"),
          part(
                  "outpaint",
                  FieldKind.parsed(Outpaint::parse, "\\d{1,5}(,\\d{1,5}){3}"),
                  AskedInpainting::outpaint,
                  AskedInpainting::withOutpaint)
              .option("--outpaint")
              .recorded("DemoFusion outpaint", 52)
              .guestArgument(48)
              .form(
                  FormGroup.START,
                  "Outpaint",
                  "How far the image is extended, as TOP,BOTTOM,LEFT,RIGHT in pixels.")
              .otherwise("not at all")
              .example("0,0,256,256"),
          part(
                  "outpaintOverlap",
                  FieldKind.whole(Outpaint.OVERLAP),
                  AskedInpainting::overlap,
                  AskedInpainting::withOverlap)
              .option("--outpaint-overlap")
              .recorded("DemoFusion outpaint overlap", 53)
              .guestArgument(49)
              .form(
                  FormGroup.START,
                  "Outpaint overlap",
                  "How far inside its old edges an extended image is drawn anew too, in pixels.")
              .otherwise("16"),
          part(
                  "inpaintArea",
                  FieldKind.choice(InpaintArea.class, InpaintArea::parse),
                  AskedInpainting::area,
                  AskedInpainting::withArea)
              .option("--inpaint-area")
              .recorded("DemoFusion inpaint area", 54)
              .guestArgument(50)
              .form(
                  FormGroup.START,
                  "Inpaint area",
                  "How much is computed where a part is drawn anew: all of the picture, or what is"
                      + " masked and a little around it, as an image of its own.")
              .otherwise("picture"),
          part(
                  "padding",
                  FieldKind.whole(Inpainting.PADDING),
                  AskedInpainting::padding,
                  AskedInpainting::withPadding)
              .option("--padding")
              .recorded("DemoFusion inpaint padding", 55)
              .guestArgument(51)
              .form(
                  FormGroup.START,
                  "Padding",
                  "Pixels around the mask that are computed with it in the inpaint area masked.")
              .otherwise("64"));

  private ConditionFields() {}

  /** A part of what is drawn anew, which means nothing without an image. */
  private static <T> Field<T> part(
      String name,
      FieldKind<?, T> kind,
      Function<AskedInpainting, @Nullable T> get,
      BiFunction<AskedInpainting, T, AskedInpainting> with) {
    return Field.of(
            name,
            kind,
            request -> get.apply(AskedInpainting.of(request.spec().conditions().inpainting())),
            (builder, value) -> builder.inpainting = with.apply(builder.inpainting, value))
        .withoutStandard()
        .needs(IMAGE);
  }

  private static @Nullable List<ControlUse> controls(RenderSpec spec) {
    List<ControlUse> uses = spec.conditions().controls();
    return uses.isEmpty() ? null : uses;
  }

  private static @Nullable List<AdapterUse> adapters(RenderSpec spec) {
    List<AdapterUse> uses = spec.conditions().adapters();
    return uses.isEmpty() ? null : uses;
  }

  /** Pictures are too large for a picture's text: they are named by their hashes. */
  private static @Nullable String recordedControls(RenderSpec spec) {
    List<ControlUse> uses = controls(spec);
    return uses == null ? null : ControlList.textWithHashes(uses);
  }

  private static @Nullable String recordedAdapters(RenderSpec spec) {
    List<AdapterUse> uses = adapters(spec);
    return uses == null ? null : AdapterList.textWithHashes(uses);
  }

  /** A picture's text never names a file of whoever reads it. */
  private static @Nullable String withoutPictures(String text) {
    return text.startsWith("[") && !text.contains(PictureBytes.HASH_PREFIX) ? text : null;
  }

  private static @Nullable String maskHash(RenderSpec spec) {
    Inpainting inpainting = spec.conditions().inpainting();
    PictureBytes mask = inpainting == null ? null : inpainting.mask();
    return mask == null ? null : mask.hashText();
  }
}
