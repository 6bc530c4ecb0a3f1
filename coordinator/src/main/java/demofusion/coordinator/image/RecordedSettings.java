package demofusion.coordinator.image;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.FileHashes;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.SamplerNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a picture carries, and as which options of {@code render} they are given again.
 * Names and samplers are A1111's where it has them, so that its users and programs read them too;
 * the rest is named after DemoFusion. All that decides the picture is here, defaults included,
 * since defaults may change; the place, the time and the machine are not.
 */
public final class RecordedSettings {
  /** Under this name lie the first digits of the hash that other programs know a model by. */
  public static final String MODEL_HASH = "Model hash";

  /**
   * Under this name lie the first digits of the hash that we know a model in one file by; a folder
   * has but one hash.
   */
  public static final String OWN_MODEL_HASH = "DemoFusion model hash";

  /** Under this name lies the model's name, for people. */
  public static final String MODEL = "Model";

  /** Only pictures drawn with another VAE than the model's own have this: its name. */
  public static final String VAE = "VAE";

  /** Only pictures drawn with LoRAs have this: their names and hashes, as A1111 writes them. */
  public static final String LORA_HASHES = "Lora hashes";

  /** Only pictures that began with another picture have this: its fingerprint. */
  public static final String SOURCE = "DemoFusion source picture";

  /** Only pictures whose prompts name embeddings have this: words and hashes of their files. */
  public static final String TI_HASHES = "TI hashes";

  /** Only pictures that an upscaler enlarged have this: the first digits of its file's SHA-256. */
  public static final String UPSCALER_HASH = "DemoFusion upscaler hash";

  /**
   * Only pictures drawn with ControlNets or IP-Adapters have this: the names of them and of their
   * image encoders, with the first digits of their files' SHA-256.
   */
  public static final String NETWORK_HASHES = "DemoFusion network hashes";

  /**
   * Only pictures of which a detail was drawn anew that was cut out of them, since they are too
   * large to be held, have this: its size and its left and upper edge, in pixels, and the picture's
   * size. Whose image it was is not said, as of other pictures.
   */
  public static final String REPAIRED_AREA = "DemoFusion repaired area";

  private static final int HASH_DIGITS = 10;
  private static final int EMBEDDING_HASH_DIGITS = 12;
  private static final String PRECISION = "Precision";
  private static final String VARIANT = "Variant";

  /** WebUI's two words for a scheduler; the second stands behind the first, where it is needed. */
  private static final String SAMPLER = "Sampler";

  private static final String SCHEDULE_TYPE = "Schedule type";

  /** What is said of the model stands behind this setting. */
  private static final String LAST_BEFORE_MODEL = "Size";

  private RecordedSettings() {}

  /** What a plan's picture carries. */
  public static GenerationParameters of(RenderPlan plan, ModelId model) {
    RenderSpec spec = plan.resolved();
    Map<String, String> settings = new LinkedHashMap<>();
    for (Field<?> field : RequestFields.RECORDED) {
      String name = Objects.requireNonNull(field.recordedName());
      String value = field.recorded(spec);
      if (value != null) {
        // Some fields share a setting.
        settings.merge(name, value, (before, next) -> before + " " + next);
      }
      if (name.equals(SAMPLER)) {
        putIfThere(settings, SCHEDULE_TYPE, SamplerNames.scheduleType(plan.scheduler().kind()));
      }
      if (name.equals(LAST_BEFORE_MODEL)) {
        putModel(settings, model);
        List<LoraUse> loras = spec.refiningAdditions().loras();
        if (!loras.isEmpty()) {
          settings.put(LORA_HASHES, loraHashes(loras));
        }
        putEmbeddings(settings, spec.additions().embeddings());
      }
    }
    UpscalerUse upscaler = spec.methodSettings().upscaler();
    boolean isEnlarged = spec.method() == RenderMethod.SR;
    if (isEnlarged && upscaler != null && upscaler.isResolved()) {
      settings.put(UPSCALER_HASH, FileHashes.shortened(upscaler.hash()));
    }
    String networks = networkHashes(spec.conditions());
    if (!networks.isEmpty()) {
      settings.put(NETWORK_HASHES, networks);
    }
    PictureCut cut = plan.cut();
    if (cut != null) {
      AreaPlace place = plan.place();
      settings.put(
          REPAIRED_AREA,
          "%s at %s+%s of %s".formatted(place.extent(), cut.left(), cut.top(), cut.whole()));
    }
    return new GenerationParameters(spec.prompts().prompt(), spec.prompts().negative(), settings);
  }

  /** As A1111 writes them; empty: there are none. */
  public static String loraHashes(List<LoraUse> loras) {
    return loras.stream()
        .map(use -> use.name().replaceAll("[:,]", "") + ": " + use.shortHash())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** As those of LoRAs are written; empty: there are none. */
  public static String networkHashes(ConditionSettings conditions) {
    return Stream.concat(
            conditions.controls().stream().map(ControlUse::network),
            conditions.adapters().stream()
                .flatMap(
                    use ->
                        Stream.concat(Stream.of(use.network()), Stream.ofNullable(use.encoder()))))
        .filter(NamedNetwork::isResolved)
        .map(
            network ->
                network.name().replaceAll("[:,]", "") + ": " + FileHashes.shortened(network.hash()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static void putEmbeddings(Map<String, String> settings, List<EmbeddingUse> embeddings) {
    if (!embeddings.isEmpty()) {
      settings.put(
          TI_HASHES,
          embeddings.stream()
              .map(use -> use.word() + ": " + use.hash().substring(0, EMBEDDING_HASH_DIGITS))
              .collect(Collectors.joining(", ")));
    }
  }

  private static void putModel(Map<String, String> settings, ModelId model) {
    String fileHash = model.fileHash();
    settings.put(MODEL_HASH, digits(fileHash == null ? model.hash() : fileHash));
    settings.put(MODEL, model.name());
    if (fileHash != null) {
      settings.put(OWN_MODEL_HASH, digits(model.hash()));
    }
    putIfThere(settings, VARIANT, model.source().variant());
    putIfThere(settings, VAE, model.source().vae());
    settings.put(PRECISION, model.precision().toString());
  }

  private static String digits(String hash) {
    return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
  }

  /**
   * A picture's settings as options of {@code render}, by their long names, with the text that they
   * would be given with; what no option sets is left out.
   */
  public static Map<String, String> toOptions(GenerationParameters parameters) {
    Map<String, String> settings = parameters.settings();
    Map<String, String> options = new LinkedHashMap<>();
    for (Field<?> field : RequestFields.RECORDED) {
      String text = settings.get(field.recordedName());
      if (text != null && isOurs(field, settings)) {
        putIfThere(options, field.option(), field.recordedOption(text));
      }
    }
    String sampler = settings.get(SAMPLER);
    if (sampler != null) {
      SamplerNames.kind(sampler, settings.get(SCHEDULE_TYPE))
          .ifPresent(
              kind ->
                  putIfThere(options, RequestFields.named("scheduler").option(), kind.toString()));
    }
    putIfThere(options, "--precision", settings.get(PRECISION));
    putIfThere(options, "--variant", settings.get(VARIANT));
    putIfThere(options, RequestFields.named("negativePrompt").option(), parameters.negative());
    return options;
  }

  private static void putIfThere(
      Map<String, String> options, @Nullable String name, @Nullable String value) {
    if (name != null && value != null) {
      options.put(name, value);
    }
  }

  /** Other programs say a strength of pictures that began with noise too. */
  private static boolean isOurs(Field<?> field, Map<String, String> settings) {
    return field.needs() == null
        || settings.containsKey(RequestFields.named(field.needs()).recordedName());
  }
}
