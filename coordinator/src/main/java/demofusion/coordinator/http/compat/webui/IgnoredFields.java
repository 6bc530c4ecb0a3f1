package demofusion.coordinator.http.compat.webui;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What WebUI would draw otherwise and this farm does not know: the picture is drawn without it, as
 * WebUI does with names that it does not know, and the answer says so.
 */
public final class IgnoredFields {
  private static final Set<String> NOTHING =
      Set.of("", "none", "null", "use same sampler", "use same scheduler", "use same checkpoint");

  private static final String AUTOMATIC = "automatic";

  private IgnoredFields() {}

  /** A field that counts where its value says something. */
  private record Row(String name, Predicate<JsonNode> says) {
    boolean isIn(JsonNode object) {
      return object.hasNonNull(name) && says.test(object.get(name));
    }
  }

  private static final List<Row> OF_REQUESTS =
      List.of(
          new Row("styles", IgnoredFields::names),
          new Row("clip_skip", node -> number(node) > 1),
          new Row("s_churn", node -> number(node) > 0),
          new Row("s_tmin", node -> number(node) > 0),
          new Row("s_noise", node -> number(node) != 1 && number(node) != 0),
          new Row("s_min_uncond", node -> number(node) > 0),
          new Row("initial_noise_multiplier", node -> number(node) != 1 && number(node) != 0),
          new Row("image_cfg_scale", node -> number(node) > 0 && number(node) != 1.5),
          new Row("init_latent", IgnoredFields::names),
          new Row("latent_mask", IgnoredFields::names),
          new Row("seed_resize_from_w", node -> number(node) > 0),
          new Row("seed_resize_from_h", node -> number(node) > 0));

  private static final List<Row> OF_HIRES_FIX =
      List.of(
          new Row("firstphase_width", node -> number(node) > 0),
          new Row("firstphase_height", node -> number(node) > 0),
          new Row("hr_prompt", IgnoredFields::names),
          new Row("hr_negative_prompt", IgnoredFields::names),
          new Row("hr_checkpoint_name", IgnoredFields::names),
          new Row("hr_sampler_name", IgnoredFields::names),
          new Row("hr_scheduler", IgnoredFields::names));

  private static final List<Row> OF_SETTINGS =
      List.of(
          new Row("sd_vae", IgnoredFields::isChosen),
          new Row("samples_format", node -> !node.asText().equalsIgnoreCase("png")),
          new Row("img2img_color_correction", JsonNode::asBoolean),
          new Row("emphasis", node -> names(node) && !node.asText().equals("Original")),
          new Row("k_sched_type", IgnoredFields::isChosen),
          new Row("sd_noise_schedule", node -> names(node) && !node.asText().equals("Default")));

  /** Numbers, which WebUI leaves at these unless somebody says otherwise. */
  private static final Map<String, Double> NUMBERS_OF_SETTINGS =
      Map.ofEntries(
          Map.entry("eta_noise_seed_delta", 0.0),
          Map.entry("initial_noise_multiplier", 1.0),
          Map.entry("img2img_extra_noise", 0.0),
          Map.entry("inpainting_mask_weight", 1.0),
          Map.entry("rho", 0.0),
          Map.entry("s_churn", 0.0),
          Map.entry("s_min_uncond", 0.0),
          Map.entry("s_noise", 1.0),
          Map.entry("s_tmin", 0.0),
          Map.entry("sdxl_crop_left", 0.0),
          Map.entry("sdxl_crop_top", 0.0),
          Map.entry("sgm_noise_multiplier", 0.0),
          Map.entry("sigma_max", 0.0),
          Map.entry("sigma_min", 0.0),
          Map.entry("skip_early_cond", 0.0),
          Map.entry("token_merging_ratio", 0.0));

  /**
   * Sentences for a request.
   *
   * @param settings its {@code override_settings}
   * @param kind the scheduler that it asks for; null: the model's own
   */
  public static List<String> notes(
      JsonNode request, JsonNode settings, boolean isHiresFix, @Nullable SchedulerKind kind) {
    List<String> names = new ArrayList<>();
    add(OF_REQUESTS, request, names);
    addEta(request, "eta", kind, names);
    if (isHiresFix) {
      add(OF_HIRES_FIX, request, names);
    }
    add(OF_SETTINGS, settings, names);
    addEta(settings, isSolver(kind, Solver.DDIM) ? "eta_ddim" : "eta_ancestral", kind, names);
    NUMBERS_OF_SETTINGS.forEach(
        (name, usual) -> {
          if (settings.hasNonNull(name) && number(settings.get(name)) != usual) {
            names.add(name);
          }
        });
    return names.stream().map(name -> name + " has no effect here and is ignored").toList();
  }

  /**
   * How much noise a step adds: all of it by Euler a, none by DDIM, and nothing else asks for it.
   */
  private static void addEta(
      JsonNode object, String name, @Nullable SchedulerKind kind, List<String> names) {
    boolean isAncestral = isSolver(kind, Solver.EULER_ANCESTRAL);
    if ((isAncestral || isSolver(kind, Solver.DDIM))
        && object.hasNonNull(name)
        && number(object.get(name)) != (isAncestral ? 1 : 0)) {
      names.add(name);
    }
  }

  private static boolean isSolver(@Nullable SchedulerKind kind, Solver solver) {
    return kind != null && kind.solver() == solver;
  }

  private static boolean isChosen(JsonNode node) {
    return names(node) && !node.asText().strip().equalsIgnoreCase(AUTOMATIC);
  }

  private static void add(List<Row> rows, JsonNode object, List<String> names) {
    rows.stream().filter(row -> row.isIn(object)).map(Row::name).forEach(names::add);
  }

  /** Whether a text is one of the words that clients send for nothing. */
  public static boolean isNothing(String text) {
    return NOTHING.contains(text.strip().toLowerCase(Locale.ROOT));
  }

  /** Whether a script's arguments are none, or units that are switched off, as ControlNet's are. */
  public static boolean isIdle(JsonNode arguments) {
    boolean isIdle = arguments.isArray();
    for (JsonNode unit : arguments) {
      JsonNode enabled = unit.path("enabled");
      isIdle &= enabled.isBoolean() && !enabled.booleanValue();
    }
    return isIdle;
  }

  private static boolean names(JsonNode node) {
    if (!node.isArray()) {
      return !isNothing(node.asText());
    }
    boolean names = false;
    for (JsonNode name : node) {
      names |= !isNothing(name.asText());
    }
    return names;
  }

  private static double number(JsonNode node) {
    return node.asDouble();
  }
}
