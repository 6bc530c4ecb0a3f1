package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Base64Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of a unit, in the forms that the extension takes: a text, an object of image and
 * mask, a list of such objects, or a list of an image and its mask.
 *
 * @param unit for what is said of them
 * @param hasMask whether one of them has a mask
 */
record UnitImages(String unit, List<byte[]> files, boolean hasMask) {
  private static final List<String> IMAGES = List.of("image", "input_image");
  private static final List<String> MASKS = List.of("mask", "mask_image");

  UnitImages {
    files = List.copyOf(files);
  }

  static UnitImages read(ObjectNode fields, String unit) {
    List<byte[]> files = new ArrayList<>();
    boolean hasMask = MASKS.stream().anyMatch(name -> isGiven(fields.path(name)));
    for (String name : IMAGES) {
      JsonNode given = fields.path(name);
      boolean isPair = given.isArray() && !given.isEmpty() && !given.get(0).isObject();
      if (isPair && given.size() != 2) {
        throw ApiException.badRequest(
            unit + ": " + name + " must be a picture, or a list of a picture and its mask");
      }
      if (isPair) {
        files.add(decoded(given.get(0), unit));
        hasMask |= isGiven(given.get(1));
      } else {
        for (JsonNode each : given.isArray() ? given : List.of(given)) {
          JsonNode image = each.isObject() ? each.path("image") : each;
          hasMask |= each.isObject() && isGiven(each.path("mask"));
          if (isGiven(image)) {
            files.add(decoded(image, unit));
          }
        }
      }
    }
    return new UnitImages(unit, files, hasMask);
  }

  private static boolean isGiven(JsonNode node) {
    return !node.isMissingNode()
        && !node.isNull()
        && !(node.isTextual() && node.asText().isBlank());
  }

  private static byte[] decoded(JsonNode given, String unit) {
    if (!given.isTextual()) {
      throw ApiException.badRequest(unit + ": a picture must be a text, its base64");
    }
    try {
      return Base64Picture.decode(given.asText());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(unit + ": its picture cannot be read: " + e.getMessage());
    }
  }

  boolean isGiven() {
    return !files.isEmpty();
  }

  /** They, or that of image to image. */
  List<byte[]> of(ControlNetUnits.Request request) {
    byte[] image = request.image();
    if (isGiven() || image == null) {
      if (!isGiven()) {
        throw ApiException.badRequest(unit + " has no picture: give one as its image");
      }
      return files;
    }
    return List.of(image);
  }

  void refuseMask(String why) {
    if (hasMask) {
      throw ApiException.badRequest(unit + ": mask is not supported, " + why + "; leave it out");
    }
  }
}
