package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.http.compat.script.ControlModules.Kind;
import demofusion.coordinator.http.compat.webui.IgnoredFields;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One unit of sd-webui-controlnet that is switched on, and what it is here.
 *
 * @param name for what is said of it
 * @param model without its hash and ending
 */
record ControlUnit(String name, Fields fields, Kind kind, String model, UnitImages images) {
  private static final Pattern HASH_BEHIND = Pattern.compile("\\s*\\[[0-9a-fA-F]{4,64}]$");
  private static final Pattern ENDING =
      Pattern.compile("\\.(safetensors|pth|pt|ckpt|bin)$", Pattern.CASE_INSENSITIVE);

  /** What would be another picture than is drawn here, where anything stands there. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "advanced_weighting", "a weight for each layer is not supported",
          "effective_region_mask", "a mask of where it counts is not supported",
          "ipadapter_input", "a picture that is encoded already is not supported: send the picture",
          "batch_images", "several pictures in turn are not supported",
          "batch_mask_dir", "several pictures in turn are not supported",
          "batch_image_files", "several pictures in turn are not supported");

  private static final Map<String, String> UNION_TYPES =
      Map.of(
          "openpose", "openpose",
          "depth", "depth",
          "soft edge", "hed",
          "hard edge", "canny",
          "normal map", "normal",
          "segmentation", "segment",
          "tile", "tile",
          "inpaint", "repaint");

  /**
   * @return empty: it is switched off
   */
  static Optional<ControlUnit> read(ObjectNode unit, String name) {
    Fields fields = new Fields(unit, "body", "alwayson_scripts", ControlNetUnits.TITLE, name);
    // Clients of before it could be switched off do not say so.
    boolean isOn = fields.flag("enabled").orElse(true);
    fields.requireValid();
    if (!isOn) {
      return Optional.empty();
    }
    ControlModules.Module module = ControlModules.of(fields.text("module").orElse("none"), name);
    String model = fields.text("model").filter(each -> !IgnoredFields.isNothing(each)).orElse("");
    fields.requireValid();
    if (model.isEmpty()) {
      throw ApiException.badRequest(
          name + " has no model: name one of GET /controlnet/model_list, or switch it off");
    }
    FOREIGN.forEach((field, why) -> refuseIf(fields.isGiven(field), name, field, why));
    refuseIf(
        fields.flag("loopback").orElse(false), name, "loopback", "a chain of pictures is not kept");
    refuseIf(
        fields.flag("animatediff_batch").orElse(false),
        name,
        "animatediff_batch",
        "moving pictures are not drawn");
    String mode = fields.text("input_mode").orElse("simple");
    refuseIf(
        !mode.equalsIgnoreCase("simple"),
        name,
        "input_mode",
        "there is one picture, simple, and not " + mode);
    String plain =
        ENDING.matcher(HASH_BEHIND.matcher(model.strip()).replaceFirst("")).replaceFirst("");
    UnitImages images = UnitImages.read(unit, name);
    fields.requireValid();
    return Optional.of(new ControlUnit(name, fields, module.kind(), plain, images));
  }

  private static void refuseIf(boolean isAsked, String unit, String field, String why) {
    if (isAsked) {
      throw ApiException.badRequest(unit + ": " + field + ": " + why + "; leave it out");
    }
  }

  boolean isAdapter() {
    return kind == Kind.ADAPTER;
  }

  /** As our own request has it. */
  ObjectNode entry(ControlNetUnits.Request request, List<String> notes) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("name", model);
    double weight = fields.number("weight").orElse(1.0);
    if (isAdapter()) {
      images.refuseMask("an IP-Adapter looks at all of its picture here");
      images.of(request).forEach(file -> entry.withArrayProperty("images").add(base64(file)));
      entry.put("weight", weight);
      putSpan(entry);
    } else {
      putPicture(entry, request, notes);
      putWeights(entry, weight, request);
      putSpan(entry);
      putMode(entry);
    }
    fields.requireValid();
    return entry;
  }

  private void putPicture(ObjectNode entry, ControlNetUnits.Request request, List<String> notes) {
    if (kind == Kind.INPAINT) {
      if (!request.isInpainting() || images.isGiven()) {
        throw ApiException.badRequest(
            name
                + ": module inpaint follows the picture and the mask of img2img: give them there,"
                + " and leave out the unit's own");
      }
      entry.put("type", "inpaint");
      return;
    }
    images.refuseMask("what a mask would say has to be in the picture");
    List<byte[]> files = images.of(request);
    if (files.size() != 1) {
      throw ApiException.badRequest(
          name + " has " + files.size() + " pictures; a ControlNet follows one");
    }
    entry.put("image", base64(files.get(0)));
    putFit(entry, request);
    putMake(entry, notes);
    unionType().ifPresent(type -> entry.put("type", type));
  }

  private Optional<String> unionType() {
    Optional<String> asked =
        fields
            .text("union_control_type")
            .map(text -> text.strip().toLowerCase(Locale.ROOT))
            .filter(text -> !text.isEmpty() && !text.equals("unknown"));
    if (asked.isPresent() && !UNION_TYPES.containsKey(asked.get())) {
      fields.wrong(
          "must be one of " + String.join(", ", UNION_TYPES.keySet().stream().sorted().toList()),
          "value_error.enum",
          "union_control_type");
    }
    return asked.map(UNION_TYPES::get);
  }

  /**
   * What fills up with the border's colour fits where the aspect is the same, which needs no word.
   */
  private void putFit(ObjectNode entry, ControlNetUnits.Request request) {
    int mode = images.isGiven() ? resizeMode() : request.resizeMode();
    if (mode == UnitWords.JUST_RESIZE) {
      entry.put("fit", "stretch");
    } else if (mode == UnitWords.CROP_AND_RESIZE) {
      entry.put("fit", "crop");
    }
  }

  private int resizeMode() {
    return UnitWords.resizeMode(fields.raw("resize_mode"))
        .orElseGet(
            () -> {
              fields.wrong(
                  "must be " + String.join(" or ", UnitWords.RESIZE_MODES),
                  "value_error.enum",
                  "resize_mode");
              return 0;
            });
  }

  private void putMake(ObjectNode entry, List<String> notes) {
    if (kind == Kind.INVERT) {
      entry.put("make", "invert");
    } else if (kind == Kind.CANNY) {
      double low = fields.number("threshold_a").orElse(-1.0);
      double high = fields.number("threshold_b").orElse(-1.0);
      entry.put("make", ControlModules.canny(low, high).toString());
      notes.add(
          name + ": canny's edges are found in the picture at its own size, not at processor_res");
    }
  }

  private void putWeights(ObjectNode entry, double weight, ControlNetUnits.Request request) {
    String option = fields.text("hr_option").orElse("Both");
    boolean isFirst = request.isHiresFix() && option.equalsIgnoreCase("Low res only");
    boolean isSecond = request.isHiresFix() && option.equalsIgnoreCase("High res only");
    ArrayNode weights = entry.putArray("weights");
    weights.add(isSecond ? 0 : weight);
    if (isFirst || isSecond) {
      weights.add(isFirst ? 0 : weight); // phase 1 is the first pass
    }
  }

  private void putSpan(ObjectNode entry) {
    double start = fields.number("guidance_start").orElse(0.0);
    double end = fields.number("guidance_end").or(() -> fields.number("guidance")).orElse(1.0);
    entry.put("start", start);
    entry.put("end", end);
  }

  private void putMode(ObjectNode entry) {
    boolean isGuess = fields.flag("guessmode").orElse(false);
    int mode = isGuess ? UnitWords.CONTROL : controlMode();
    if (mode == UnitWords.CONTROL) {
      throw ApiException.badRequest(
          name
              + ": control_mode \"ControlNet is more important\" is not supported; take \"Balanced\""
              + " with a higher weight");
    }
    if (mode == UnitWords.PROMPT) {
      entry.put("mode", "soft");
    }
  }

  private int controlMode() {
    return UnitWords.controlMode(fields.raw("control_mode"))
        .orElseGet(
            () -> {
              fields.wrong(
                  "must be " + String.join(" or ", UnitWords.CONTROL_MODES),
                  "value_error.enum",
                  "control_mode");
              return 0;
            });
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }
}
