package demofusion.worker.model.checkpoint;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.file.UnetKeys;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import demofusion.worker.model.tensor.TensorView;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint's shapes, marks and notes say of it (models.md).
 *
 * @param base whose configurations it has; null: of none that is known
 * @param isV whether it predicts v rather than noise
 * @param zeroTerminalSnr whether it was trained to begin at noise alone
 * @param edm whether it is Playground 2.5, which is told noise levels
 */
record Traits(
    @Nullable Base base, boolean isV, boolean zeroTerminalSnr, boolean edm, String sizes) {
  /** The three that files of these families come of. */
  enum Base {
    SD1("SD 1"),
    SD2("SD 2"),
    SDXL("SDXL");

    private final String title;

    Base(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private static final int LATENT_CHANNELS = 4;
  private static final int INPAINTING = 9;
  private static final int EDITING = 8;
  private static final int UPSCALING = 7;
  private static final int DEPTH = 5;

  private static final String FIRST = UnetKeys.PREFIX + "input_blocks.0.0.weight";
  private static final String SD2_NORM =
      UnetKeys.PREFIX + "output_blocks.11.1.transformer_blocks.0.norm1.bias";
  private static final double SD2_V_DEVIATION = 0.09;

  static Traits of(SafetensorsFile file) {
    Shapes shapes = Shapes.of(file);
    refuseRelatives(file, shapes);
    Base base = shapes.base();
    return new Traits(
        base,
        isV(file, base),
        marked(file, "ztsnr"),
        marked(file, "edm_mean") && marked(file, "edm_std"),
        shapes.toString());
  }

  /** The side of native pictures in latent samples. */
  int sampleSize() {
    if (base == Base.SDXL) {
      return 128;
    }
    return base == Base.SD2 && isV ? 96 : 64;
  }

  /** A mark is a tensor whose name says all, wherever in the file. */
  static boolean marked(SafetensorsFile file, String mark) {
    return mark(file, mark).isPresent();
  }

  static Optional<TensorView> mark(SafetensorsFile file, String mark) {
    return file.entries().stream()
        .filter(entry -> entry.name().equals(mark) || entry.name().endsWith("." + mark))
        .findFirst()
        .map(entry -> TensorView.of(file, entry));
  }

  private static void refuseRelatives(SafetensorsFile file, Shapes shapes) {
    String baseTitle = shapes.baseTitle();
    Optional<String> relative =
        switch ((int) shapes.in()) {
          case LATENT_CHANNELS, INPAINTING -> Optional.empty();
          case EDITING ->
              file.names().stream().anyMatch(key -> key.startsWith("cc_projection."))
                  ? Optional.of("Zero123, which turns things around")
                  : Optional.of("a model that edits pictures (InstructPix2Pix)" + baseTitle);
          case UPSCALING -> Optional.of("the x4 upscaler of SD 2");
          case DEPTH -> Optional.of("a depth model of SD 2");
          default -> Optional.of("a model that takes " + shapes.in() + " channels");
        };
    relative.ifPresent(
        title -> {
          throw refusal(
              file, title + ", which is not supported: use the model that it was made of");
        });
    if (shapes.out() == 384 && shapes.added() == 2560 && shapes.context() == 1280) {
      throw refusal(
          file, "SDXL's refiner, which only finishes pictures: use the base model instead");
    }
    if (shapes.context() == 1024 && (shapes.added() == 1536 || shapes.added() == 2048)) {
      throw refusal(
          file,
          "an unCLIP model of SD 2.1, which draws after pictures and is not supported: use"
              + " SD 2.1 itself");
    }
    if (marked(file, "edm_vpred.sigma_max") || marked(file, "edm_vpred.sigma_min")) {
      throw refusal(
          file,
          "CosXL, which is told noise levels rather than timesteps and is not supported: use"
              + " an SDXL model");
    }
  }

  private static DemofusionException refusal(SafetensorsFile file, String title) {
    return DemofusionException.badModel(file.path() + " is " + title);
  }

  /** The first that speaks: a mark, the trainer's notes, for SD 2 a norm that tells. */
  private static boolean isV(SafetensorsFile file, @Nullable Base base) {
    if (marked(file, "v_pred")) {
      return true;
    }
    Map<String, String> notes = file.metadata();
    String said = notes.getOrDefault("modelspec.prediction_type", "");
    if (said.equals("v") || said.equals("epsilon")) {
      return said.equals("v");
    }
    if (notes.getOrDefault("modelspec.architecture", "").endsWith("-768-v")
        || notes.getOrDefault("ss_v_parameterization", "").equals("True")) {
      return true;
    }
    return base == Base.SD2 && file.names().contains(SD2_NORM) && deviatesAsV(file);
  }

  private static boolean deviatesAsV(SafetensorsFile file) {
    TensorView norm = TensorView.of(file, file.entry(SD2_NORM));
    if (!norm.isReadable()) {
      return false;
    }
    double sum = 0;
    double squares = 0;
    float[] values = norm.floats();
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(squares / values.length - mean * mean) > SD2_V_DEVIATION;
  }

  /**
   * The sizes that tell families apart.
   *
   * @param in channels that the UNet takes
   * @param out of its first convolution
   * @param context width of the text states; 0 where nothing attends to any
   * @param added width of what is added to the time; 0 for nothing
   */
  private record Shapes(long in, long out, long context, long added) {
    static Shapes of(SafetensorsFile file) {
      long[] first = file.entry(FIRST).shape();
      if (first.length != 4) {
        throw refusal(file, "no model: " + FIRST + " must be a convolution");
      }
      return new Shapes(
          first[1],
          first[0],
          file.entries().stream()
              .filter(entry -> entry.name().startsWith(UnetKeys.PREFIX))
              .filter(entry -> entry.name().endsWith(".attn2.to_k.weight"))
              .findFirst()
              .map(Shapes::columns)
              .orElse(0L),
          file.entries().stream()
              .filter(entry -> entry.name().equals(UnetKeys.PREFIX + "label_emb.0.0.weight"))
              .findFirst()
              .map(Shapes::columns)
              .orElse(0L));
    }

    private static long columns(Entry entry) {
      return entry.shape().length == 2 ? entry.shape()[1] : 0;
    }

    @Nullable Base base() {
      if (context == 2048) {
        return Base.SDXL;
      }
      if (added > 0) {
        return null;
      }
      return context == 1024 ? Base.SD2 : context == 768 ? Base.SD1 : null;
    }

    String baseTitle() {
      Base base = base();
      return base == null ? "" : " of " + base.title();
    }

    @Override
    public String toString() {
      return "%s channels after its first layer, a context of %s and %s"
          .formatted(
              out,
              context,
              added == 0 ? "nothing added to the time" : added + " added to the time");
    }
  }
}
