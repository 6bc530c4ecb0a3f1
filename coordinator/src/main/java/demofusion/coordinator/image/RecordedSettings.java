package demofusion.coordinator.image;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.latent.Ablations;
import demofusion.protocol.latent.CropCorner;
import demofusion.protocol.latent.FusionSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.RenderMethod;
import demofusion.protocol.latent.RenderSpec;
import demofusion.protocol.latent.SourcePicture;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a picture carries, and as which options of {@code render} they are given again.
 * Names and samplers are A1111's where it has them, so that its users and programs read them too;
 * the rest is named after DemoFusion. All that decides the picture is here, defaults included,
 * since defaults may change; the place, the time and the machine are not.
 */
public final class RecordedSettings {
  /** Under this name lie the first digits of the model's hash. */
  public static final String MODEL_HASH = "Model hash";

  /** Under this name lies the model's name, for people. */
  public static final String MODEL = "Model";

  /** Only pictures drawn with another VAE than the model's own have this: its name. */
  public static final String VAE = "VAE";

  /** Only pictures that began with another picture have this: its {@link #fingerprint}. */
  public static final String SOURCE = "DemoFusion source picture";

  private static final int HASH_DIGITS = 10;
  private static final String SAMPLER = "Sampler";
  private static final String OFF = "DemoFusion without";
  private static final String STRENGTH = "Denoising strength";

  /** Settings that are options with the same text. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("Steps", "--steps"),
          Map.entry("CFG scale", "--guidance"),
          Map.entry("Seed", "--seed"),
          Map.entry("Size", "--size"),
          Map.entry("CFG rescale", "--guidance-rescale"),
          Map.entry("Prompt 2", "--prompt-2"),
          Map.entry("Negative prompt 2", "--negative-2"),
          Map.entry("Original size", "--original-size"),
          Map.entry("Target size", "--target-size"),
          Map.entry("Crop", "--crop"),
          Map.entry(STRENGTH, "--strength"),
          Map.entry("Precision", "--precision"),
          Map.entry("Variant", "--variant"),
          Map.entry("DemoFusion method", "--method"),
          Map.entry("DemoFusion stride", "--stride"),
          Map.entry("DemoFusion unit", "--view-batch"),
          Map.entry("DemoFusion sigma", "--sigma"),
          Map.entry("DemoFusion cosine 1", "--cosine-scale-1"),
          Map.entry("DemoFusion cosine 2", "--cosine-scale-2"),
          Map.entry("DemoFusion cosine 3", "--cosine-scale-3"),
          Map.entry("DemoFusion compat", "--compat"),
          Map.entry("Threads", "--threads"));

  private static final Map<SchedulerKind, String> SAMPLERS =
      Map.of(
          SchedulerKind.DDIM, "DDIM",
          SchedulerKind.EULER, "Euler",
          SchedulerKind.EULER_ANCESTRAL, "Euler a",
          SchedulerKind.DPMPP_2M, "DPM++ 2M",
          SchedulerKind.DPMPP_2M_KARRAS, "DPM++ 2M Karras",
          SchedulerKind.DPMPP_2M_SDE, "DPM++ 2M SDE",
          SchedulerKind.DPMPP_2M_SDE_KARRAS, "DPM++ 2M SDE Karras",
          SchedulerKind.UNIPC, "UniPC",
          SchedulerKind.LCM, "LCM");

  private RecordedSettings() {}

  /**
   * Which model, and how it is read.
   *
   * @param hash SHA-256, hexadecimal
   * @param variant of the weight files that was asked for, if any
   * @param vae the name of another VAE than the model's own, if any
   */
  public record Model(
      String name,
      String hash,
      Precision precision,
      @Nullable String variant,
      @Nullable String vae) {}

  /** What a plan's picture carries. */
  public static GenerationParameters of(RenderPlan plan, Model model) {
    RenderSpec spec = plan.spec();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Steps", Integer.toString(spec.steps()));
    settings.put(SAMPLER, SAMPLERS.get(plan.scheduler().kind()));
    settings.put("CFG scale", Float.toString(spec.guidance().scale()));
    settings.put("Seed", Long.toString(spec.seed()));
    settings.put("Size", plan.size().toString());
    settings.put(MODEL_HASH, digits(model.hash()));
    settings.put(MODEL, model.name());
    putIfThere(settings, "Variant", model.variant());
    putIfThere(settings, VAE, model.vae());
    settings.put("Precision", model.precision().toString());
    if (spec.guidance().rescale() > 0) {
      settings.put("CFG rescale", Float.toString(spec.guidance().rescale()));
    }
    putConditioning(settings, spec);
    putMethod(settings, plan);
    settings.put("Threads", Integer.toString(spec.threads()));
    return new GenerationParameters(spec.prompts().prompt(), spec.prompts().negative(), settings);
  }

  private static void putConditioning(Map<String, String> settings, RenderSpec spec) {
    Prompts prompts = spec.prompts();
    putIfThere(settings, "Prompt 2", prompts.prompt2());
    putIfThere(settings, "Negative prompt 2", prompts.negative2());
    PixelExtent original = spec.originalSize();
    if (original != null) {
      settings.put("Original size", original.toString());
    }
    PixelExtent target = spec.targetSize();
    if (target != null) {
      settings.put("Target size", target.toString());
    }
    if (!spec.crop().equals(CropCorner.NONE)) {
      settings.put("Crop", spec.crop().top() + "," + spec.crop().left());
    }
    SourcePicture source = spec.source();
    if (source != null) {
      settings.put(SOURCE, fingerprint(source));
      settings.put(STRENGTH, Double.toString(source.strength()));
    }
  }

  private static void putIfThere(
      Map<String, String> settings, String name, @Nullable String value) {
    if (value != null) {
      settings.put(name, value);
    }
  }

  /** Tells one picture to start from from another: the first digits of its pixels' SHA-256. */
  public static String fingerprint(SourcePicture source) {
    float[] pixels = source.pixels().values();
    ByteBuffer bytes = ByteBuffer.allocate(pixels.length * Float.BYTES);
    bytes.asFloatBuffer().put(pixels);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return digits(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String digits(String hash) {
    return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
  }

  private static void putMethod(Map<String, String> settings, RenderPlan plan) {
    RenderSpec spec = plan.spec();
    FusionSettings fusion = spec.fusion();
    settings.put("DemoFusion method", spec.method().name().toLowerCase(Locale.ROOT));
    settings.put("DemoFusion unit", plan.unit().toString());
    if (spec.method() != RenderMethod.DIRECT) {
      settings.put("DemoFusion stride", Integer.toString(plan.stride()));
    }
    if (spec.method() == RenderMethod.DEMOFUSION) {
      settings.put("DemoFusion sigma", Double.toString(fusion.sigma()));
      settings.put("DemoFusion cosine 1", Double.toString(fusion.cosineScale1()));
      settings.put("DemoFusion cosine 2", Double.toString(fusion.cosineScale2()));
      settings.put("DemoFusion cosine 3", Double.toString(fusion.cosineScale3()));
    }
    List<String> off = switchedOff(spec.ablations());
    if (!off.isEmpty()) {
      settings.put(OFF, String.join(" ", off));
    }
    if (spec.referenceOddities()) {
      settings.put("DemoFusion compat", "reference");
    }
  }

  private static List<String> switchedOff(Ablations parts) {
    List<String> off = new ArrayList<>();
    addUnless(parts.skipResidual(), "skip-residual", off);
    addUnless(parts.dilated(), "dilated", off);
    addUnless(parts.progressive(), "progressive", off);
    addUnless(parts.gaussian(), "gaussian", off);
    addUnless(parts.jitter(), "jitter", off);
    return off;
  }

  private static void addUnless(boolean on, String part, List<String> off) {
    if (!on) {
      off.add(part);
    }
  }

  /** Other programs say a strength of pictures that began with noise too. */
  private static boolean isOurs(String name, GenerationParameters parameters) {
    return !name.equals(STRENGTH) || parameters.settings().containsKey(SOURCE);
  }

  /**
   * A picture's settings as options of {@code render}, by their long names, with the text that they
   * would be given with; what no option sets is left out.
   */
  public static Map<String, String> toOptions(GenerationParameters parameters) {
    Map<String, String> options = new LinkedHashMap<>();
    parameters
        .settings()
        .forEach(
            (name, value) -> {
              String option = OPTIONS.get(name);
              if (option != null && isOurs(name, parameters)) {
                options.put(option, value);
              }
            });
    String sampler = parameters.settings().get(SAMPLER);
    SAMPLERS.forEach(
        (kind, name) -> {
          if (name.equals(sampler)) {
            options.put("--scheduler", kind.toString());
          }
        });
    for (String part : parameters.settings().getOrDefault(OFF, "").split(" ", -1)) {
      if (!part.isEmpty()) {
        options.put("--no-" + part, "true");
      }
    }
    String negative = parameters.negative();
    if (negative != null) {
      options.put("--negative", negative);
    }
    return options;
  }
}
