package demofusion.worker.model.checkpoint;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.file.UnetKeys;
import demofusion.protocol.safetensors.FloatConversion;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.tensor.TensorNames;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A single file's tensors sorted into the parts of a folder, each under the name that it has there,
 * and what is left over.
 */
final class SortedTensors {
  private static final String UNET = "unet";
  private static final String VAE = "vae";
  private static final List<String> TOWERS = List.of("text_encoder", "text_encoder_2");

  /** Where the towers lie, the first one's places and the second one's; OpenCLIP's end in model. */
  private static final List<List<String>> TOWER_PREFIXES =
      List.of(
          List.of(
              "cond_stage_model.transformer.",
              "cond_stage_model.model.",
              "conditioner.embedders.0.transformer.",
              "conditioner.embedders.0.model."),
          List.of("conditioner.embedders.1.model.", "conditioner.embedders.1.transformer."));

  private static final String OPEN_CLIP = ".model.";

  /** What training leaves behind, and marks: known, and not drawn with. */
  private static final Pattern KNOWN_LEFTOVERS =
      Pattern.compile(
          "(model_ema|optimizer|loss|first_stage_model\\.loss|first_stage_model\\.model_ema)\\..*"
              + "|(alphas_cumprod|sqrt_|log_one_minus_|posterior_|optimizer).*"
              + "|betas|logvar|denoiser\\.sigmas|scale_factor|global_step|lvlb_weights"
              + "|cond_stage_model\\.model\\.visual\\..*"
              + "|.*\\.(position_ids|logit_scale|attn_mask|scale_weight|scale_input|scaled_fp8)"
              + "|(.*\\.)?(v_pred|ztsnr|edm_mean|edm_std)");

  private static final Pattern QUANTISED =
      Pattern.compile(".*(quant_map|absmax|comfy_quant).*|.*\\.qweight");
  private static final String WEIGHT = ".weight";

  private final SafetensorsFile file;
  private final Map<String, TensorSet.Builder> parts = new LinkedHashMap<>();
  private final List<String> unknown = new ArrayList<>();
  private final int layers;
  private final @Nullable String vaePrefix;
  private final List<Optional<String>> towerPrefixes = new ArrayList<>();

  private SortedTensors(SafetensorsFile file, boolean vaeAlone) {
    this.file = file;
    Set<String> keys = file.names();
    this.layers = layersOf(keys);
    this.vaePrefix =
        VaeKeys.prefixIn(keys).filter(prefix -> vaeAlone || !prefix.isEmpty()).orElse(null);
    for (List<String> places : TOWER_PREFIXES) {
      towerPrefixes.add(
          places.stream()
              .filter(prefix -> keys.stream().anyMatch(key -> key.startsWith(prefix)))
              .findFirst());
    }
    sort();
  }

  static SortedTensors of(SafetensorsFile file) {
    refuseQuantised(file);
    return new SortedTensors(file, false);
  }

  /** Of a file that need have no more than a VAE. */
  static SortedTensors ofVae(SafetensorsFile file) {
    refuseQuantised(file);
    return new SortedTensors(file, true);
  }

  private static void refuseQuantised(SafetensorsFile file) {
    for (String key : file.names()) {
      if (QUANTISED.matcher(key).matches()) {
        throw DemofusionException.badModel(
            ("%s is quantised (%s), which is not supported: use the model in fp16, bf16, fp32 or"
                    + " fp8")
                .formatted(file.path(), Checkpoint.shorten(key)));
      }
    }
  }

  /** The first downsampler is one block behind the first level's layers. */
  private static int layersOf(Set<String> keys) {
    String input = UnetKeys.PREFIX + "input_blocks.";
    int last = 1;
    for (int number = 1; number < 1000; number++) {
      if (keys.contains(input + number + ".0.op.weight")) {
        return Math.max(1, number - 1);
      }
      if (keys.contains(input + number + ".0.in_layers.0.weight")) {
        last = number;
      }
    }
    return last;
  }

  private void sort() {
    VaeKeys vae = VaeKeys.of(vaeKeys());
    UnetKeys unet = new UnetKeys(layers);
    for (SafetensorsFile.Entry entry : file.entries()) {
      String key = entry.name();
      if (!addUnet(unet, key) && !addVae(vae, key) && !addTower(key)) {
        if (!KNOWN_LEFTOVERS.matcher(key).matches()) {
          unknown.add(key);
        }
      }
    }
  }

  private List<String> vaeKeys() {
    String prefix = vaePrefix;
    return prefix == null
        ? List.of()
        : file.names().stream()
            .filter(key -> key.startsWith(prefix))
            .map(key -> key.substring(prefix.length()))
            .toList();
  }

  private boolean addUnet(UnetKeys unet, String key) {
    if (!key.startsWith(UnetKeys.PREFIX)) {
      return false;
    }
    Optional<String> name = unet.toFolder(key.substring(UnetKeys.PREFIX.length()));
    return name.isPresent() && !isLeftover(key) && add(UNET, name.get(), view(key));
  }

  private boolean addVae(VaeKeys vae, String key) {
    String prefix = vaePrefix;
    if (prefix == null || !key.startsWith(prefix) || isLeftover(key)) {
      return false;
    }
    String rest = key.substring(prefix.length());
    if (!rest.matches("(encoder|decoder|quant_conv|post_quant_conv)\\..*")) {
      return false;
    }
    String name = vae.toFolder(rest);
    return add(VAE, TensorNames.ofDiffusers(name), VaeKeys.asInFolder(name, view(key)));
  }

  private boolean addTower(String key) {
    for (int n = 0; n < TOWERS.size(); n++) {
      String prefix = towerPrefixes.get(n).orElse("");
      if (prefix.isEmpty() || !key.startsWith(prefix) || isLeftover(key)) {
        continue;
      }
      String part = TOWERS.get(n);
      String rest = key.substring(prefix.length());
      if (!prefix.endsWith(OPEN_CLIP)) {
        return add(part, TensorNames.ofTower(rest), view(key));
      }
      Map<String, TensorView> tensors = TowerKeys.toFolder(rest, view(key));
      tensors.forEach((name, tensor) -> add(part, name, tensor));
      return !tensors.isEmpty();
    }
    return false;
  }

  private static boolean isLeftover(String key) {
    return KNOWN_LEFTOVERS.matcher(key).matches();
  }

  private boolean add(String part, String name, TensorView tensor) {
    parts.computeIfAbsent(part, TensorSet.Builder::new).add(name, tensor);
    return true;
  }

  /** A tensor, multiplied with its scale where one lies beside it. */
  private TensorView view(String key) {
    TensorView tensor = TensorView.of(file, file.entry(key));
    String scale =
        key.endsWith(WEIGHT)
            ? key.substring(0, key.length() - WEIGHT.length()) + ".scale_weight"
            : "";
    return file.names().contains(scale)
        ? tensor.scaledBy(checkedScale(TensorView.of(file, file.entry(scale))))
        : tensor;
  }

  private TensorView checkedScale(TensorView scale) {
    boolean isScalar = scale.size() == 1 && FloatConversion.isReadable(scale.stored());
    if (!isScalar || !Float.isFinite(scale.first())) {
      throw DemofusionException.badModel(
          "%s: %s must be one finite number"
              .formatted(file.path(), Checkpoint.shorten(scale.name())));
    }
    return scale;
  }

  /** A part's tensors; empty where the file has none of it. */
  TensorSet part(String name) {
    return parts.getOrDefault(name, new TensorSet.Builder(name)).build(List.of(file.path()), "");
  }

  Map<String, TensorSet> parts() {
    Map<String, TensorSet> sets = new LinkedHashMap<>();
    parts.keySet().forEach(name -> sets.put(name, part(name)));
    return sets;
  }

  /** Whether pictures can be encoded and decoded with what is there. */
  boolean hasVae() {
    Map<String, TensorView> vae = part(VAE).tensors();
    return vae.containsKey("encoder.conv_in.weight") && vae.containsKey("decoder.conv_in.weight");
  }

  /** Keys that nothing is known of. */
  List<String> unknown() {
    return List.copyOf(unknown);
  }

  int layers() {
    return layers;
  }

  Path path() {
    return file.path();
  }
}
