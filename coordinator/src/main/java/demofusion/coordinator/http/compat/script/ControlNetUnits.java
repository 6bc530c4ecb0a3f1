package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The units of sd-webui-controlnet ({@code alwayson_scripts.controlnet.args}): ControlNets and
 * IP-Adapters (conditioning sections 2 and 4).
 */
public final class ControlNetUnits {
  public static final String TITLE = "ControlNet";
  private static final String CONTROLS = "controlnets";
  private static final String ADAPTERS = "ipAdapters";

  private ControlNetUnits() {}

  /**
   * What a unit takes from the request that it belongs to.
   *
   * @param image of image to image, for units without one; null: there is none
   * @param resizeMode of that image, by WebUI's numbers
   * @param isInpainting whether that image has a mask
   * @param isHiresFix whether units may be asked for in the first pass or the second alone
   */
  public record Request(
      byte @Nullable [] image, int resizeMode, boolean isInpainting, boolean isHiresFix) {}

  /**
   * Puts the units that are switched on into a picture.
   *
   * @throws ApiException if one of them asks for what is not done here
   */
  public static void put(JsonNode args, Request request, ObjectNode picture, List<String> notes) {
    ScriptArguments.requireList(args, TITLE);
    refuseTwice(args, picture);
    for (int n = 0; n < args.size(); n++) {
      JsonNode unit = args.get(n);
      String name = TITLE + " unit " + n;
      if (unit.isNull()) {
        continue;
      }
      if (!(unit instanceof ObjectNode object)) {
        throw ApiException.badRequest(name + " must be an object, such as {\"model\": …}");
      }
      ControlUnit.read(object, name)
          .ifPresent(
              read ->
                  picture
                      .withArrayProperty(read.isAdapter() ? ADAPTERS : CONTROLS)
                      .add(read.entry(request, notes)));
    }
  }

  private static void refuseTwice(JsonNode args, ObjectNode picture) {
    boolean isAsked = picture.has(CONTROLS) || picture.has(ADAPTERS);
    if (isAsked && !args.isEmpty()) {
      throw ApiException.badRequest(
          "ControlNets are asked for twice, by the script "
              + TITLE
              + " and by our own name: leave one of them out");
    }
  }
}
