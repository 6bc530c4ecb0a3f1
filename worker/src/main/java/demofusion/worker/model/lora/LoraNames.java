package demofusion.worker.model.lora;

import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.TextTowerConfig;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.Weights;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every name under which a LoRA may speak of a model's modules, in all dialects, built from the
 * model's own modules: a name with underscores for dots cannot be taken apart, only looked up.
 */
final class LoraNames {
  private static final String WEIGHT = ".weight";

  /** Looked up, not multiplied with, so nothing of low rank belongs to them. */
  private static final String TABLES = "text_model.embeddings.";

  private static final String OLDEST_TOWER_LAYER = "text_model.";

  /** What a name means; of two for one module diffusers' counts. */
  record Meaning(LoraTarget target, boolean isLdm) {}

  private final Map<String, Meaning> meanings = new HashMap<>();

  private LoraNames() {}

  static LoraNames of(ModelFolder model) {
    LoraNames names = new LoraNames();
    names.addUnet(model.unet().config(), model.unet().weights());
    List<ModelFolder.Part<TextTowerConfig>> towers = model.towers();
    for (int n = 0; n < towers.size(); n++) {
      names.addTower(n + 1, towers.size(), towers.get(n).weights());
    }
    return names;
  }

  @Nullable Meaning find(String stem) {
    return meanings.get(stem);
  }

  private void addUnet(UnetConfig config, Weights weights) {
    LdmNames ldmNames = new LdmNames(config.down().get(0).depths().size());
    Set<String> modules = modules(weights);
    for (String module : modules) {
      LoraTarget target = new LoraTarget(LoraTarget.UNET, module);
      String flat = flat(module);
      add(target, "lora_unet_" + flat, "lycoris_" + flat, "unet." + module, module);
      addProcessor(target, module, ".processor.");
      int attention = module.lastIndexOf(".upsamplers.");
      boolean upAttention =
          attention > 0
              && modules.contains(module.substring(0, attention) + ".attentions.0.proj_in");
      ldmNames
          .of(module, upAttention)
          .ifPresent(
              ldm -> {
                addLdm(target, "lora_unet_" + flat(ldm));
                addLdm(target, "unet." + ldm);
                addLdm(target, "diffusion_model." + ldm);
                addLdm(target, ldm);
              });
    }
  }

  private void addTower(int number, int count, Weights weights) {
    for (String module : modules(weights)) {
      LoraTarget target = new LoraTarget(number, module);
      String flat = flat(module);
      String dotted = target.prefix() + ".";
      add(target, "lora_te%s_%s".formatted(number, flat), dotted + module);
      add(target, "lycoris_" + target.prefix() + "_" + flat);
      if (module.startsWith(OLDEST_TOWER_LAYER)) {
        add(target, dotted + module.substring(OLDEST_TOWER_LAYER.length()));
      }
      if (number == 1) {
        add(target, "text_encoder_1." + module, "lycoris_text_encoder_1_" + flat);
      }
      if (count == 1) {
        add(target, "lora_te_" + flat);
      }
      addProcessor(target, dotted + module, ".");
    }
  }

  /** diffusers to 0.21 named what stands in an attention's place, not its layers. */
  private void addProcessor(LoraTarget target, String name, String between) {
    int dot =
        name.endsWith(".to_out.0") ? name.length() - ".to_out.0".length() : name.lastIndexOf('.');
    String spoken =
        switch (name.substring(dot + 1)) {
          case "to_q", "q_proj" -> "to_q_lora";
          case "to_k", "k_proj" -> "to_k_lora";
          case "to_v", "v_proj" -> "to_v_lora";
          case "to_out.0", "out_proj" -> "to_out_lora";
          default -> "";
        };
    if (!spoken.isEmpty()) {
      String processor = name.substring(0, dot) + between + spoken;
      add(target, processor);
      if (target.isUnet()) {
        add(target, "unet." + processor);
      }
    }
  }

  private void add(LoraTarget target, String... names) {
    for (String name : names) {
      meanings.put(name, new Meaning(target, false));
    }
  }

  private void addLdm(LoraTarget target, String name) {
    meanings.putIfAbsent(name, new Meaning(target, true));
  }

  private static Set<String> modules(Weights weights) {
    Set<String> modules = new LinkedHashSet<>();
    for (String name : weights.layout().shapes().keySet()) {
      if (name.endsWith(WEIGHT) && !name.startsWith(TABLES)) {
        modules.add(name.substring(0, name.length() - WEIGHT.length()));
      }
    }
    return modules;
  }

  private static String flat(String dotted) {
    return dotted.replace('.', '_');
  }
}
