package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.DrawnPictures.Drawn;
import demofusion.coordinator.image.GenerationParameters;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;

/** What WebUI tells about the pictures of one request: its {@code info}. */
final class GenerationInfo {
  static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  private static final String SCHEDULE_TYPE = "Schedule type";

  /** Where WebUI has its version, which some clients insist on. */
  private static final String PROGRAM = "demofusion";

  private GenerationInfo() {}

  /**
   * @param notes what was drawn otherwise than it was asked for
   */
  static ObjectNode of(List<Drawn> pictures, List<String> notes) {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    if (!pictures.isEmpty()) {
      putFirst(pictures.get(0), info);
    }
    info.set("all_prompts", each(pictures, picture -> picture.job().prompt()));
    info.set("all_negative_prompts", each(pictures, GenerationInfo::negative));
    ArrayNode seeds = info.putArray("all_seeds");
    ArrayNode subseeds = info.putArray("all_subseeds");
    ArrayNode ids = info.putArray("demofusion_jobs");
    for (Drawn picture : pictures) {
      seeds.add(picture.job().seed());
      subseeds.add(picture.job().seed());
      ids.add(picture.job().id().value());
    }
    info.put("batch_size", pictures.size());
    info.put("restore_faces", false);
    info.putNull("face_restoration_model");
    info.putNull("sd_vae_name");
    info.putNull("sd_vae_hash");
    info.put("subseed_strength", 0);
    info.put("seed_resize_from_w", -1);
    info.put("seed_resize_from_h", -1);
    info.put("version", PROGRAM);
    info.put("clip_skip", pictures.isEmpty() ? 1 : clipSkip(pictures.get(0)));
    info.put("index_of_first_image", 0);
    info.put("is_using_inpainting_conditioning", false);
    ObjectNode extra = info.putObject("extra_generation_params");
    if (!pictures.isEmpty()) {
      String type = pictures.get(0).parameters().settings().get(SCHEDULE_TYPE);
      if (type != null) {
        extra.put(SCHEDULE_TYPE, type);
      }
    }
    info.putArray("styles");
    info.set("infotexts", each(pictures, Drawn::text));
    ArrayNode remarks = info.putArray("demofusion_notes");
    notes.forEach(remarks::add);
    return info;
  }

  private static void putFirst(Drawn first, ObjectNode info) {
    GenerationParameters parameters = first.parameters();
    info.put("prompt", first.job().prompt());
    info.put("negative_prompt", negative(first));
    info.put("seed", first.job().seed());
    info.put("subseed", first.job().seed());
    info.put("width", first.job().width());
    info.put("height", first.job().height());
    info.put("sampler_name", parameters.settings().getOrDefault("Sampler", ""));
    info.put("cfg_scale", number(parameters, "CFG scale"));
    info.put("denoising_strength", number(parameters, "Denoising strength"));
    info.put("steps", first.job().steps());
    info.put("sd_model_name", first.job().model());
    info.put("sd_model_hash", parameters.settings().getOrDefault("Model hash", ""));
    info.put("job_timestamp", TIMESTAMP.format(first.job().submittedAt()));
  }

  private static int clipSkip(Drawn first) {
    return Math.max(1, (int) number(first.parameters(), "Clip skip"));
  }

  private static double number(GenerationParameters parameters, String name) {
    try {
      return Double.parseDouble(parameters.settings().getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0; // a preview's text may lack it
    }
  }

  private static String negative(Drawn picture) {
    String negative = picture.parameters().negative();
    return negative == null ? "" : negative;
  }

  private static ArrayNode each(List<Drawn> pictures, Function<Drawn, String> text) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    pictures.forEach(picture -> all.add(text.apply(picture)));
    return all;
  }
}
