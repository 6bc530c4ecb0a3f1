package demofusion.deploy.plan;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.plan.PlannedWork.Stage;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.UnetActivations;
import demofusion.worker.model.memory.MemoryDemand;

/**
 * About how much memory a picture takes on each device, from the model's configuration, the
 * precision and the plan's units.
 *
 * @param weightBytes of all networks, in the precisions that they run in
 * @param forwardBytes activations of the largest unit
 * @param decodingBytes activations of the VAE for the largest piece of a picture
 * @param contextBytes that CUDA and its libraries take before anything is computed; 0 on a CPU
 * @param conditions of ControlNets and IP-Adapters beside all that
 */
public record MemoryNeed(
    long weightBytes,
    long forwardBytes,
    long decodingBytes,
    long contextBytes,
    ConditionNeed conditions) {
  /** Input and output of the widest layer at full size, and what a convolution copies of them. */
  private static final int LIVE_ACTIVATIONS = 4;

  /** A CUDA context, and the workspaces of cuBLAS and cuDNN. */
  private static final long CUDA_CONTEXT = 1L << 30;

  /** Where nothing but words steers. */
  public MemoryNeed(long weightBytes, long forwardBytes, long decodingBytes, long contextBytes) {
    this(weightBytes, forwardBytes, decodingBytes, contextBytes, ConditionNeed.NONE);
  }

  /**
   * What a device needs for a picture, but for what steers it.
   *
   * @param card of the model that draws it
   * @param lanes forwards at once
   */
  public static MemoryNeed of(RenderPlan plan, Architecture model, ModelCard card, int lanes) {
    return of(
        PlannedWork.of(plan, model, false),
        model,
        Precisions.of(model, card.precision()),
        !card.device().startsWith("cpu"),
        lanes);
  }

  /**
   * @param lanes forwards at once
   */
  static MemoryNeed of(
      PlannedWork work, Architecture model, Precisions precisions, boolean onGpu, int lanes) {
    long unet = 0;
    long picture = 0;
    for (Stage stage : work.stages()) {
      for (Piece piece : stage.pieces().stream().distinct().toList()) {
        if (piece.kind() == Piece.Kind.FORWARD) {
          unet = Math.max(unet, forward(piece, model));
        } else if (piece.kind() == Piece.Kind.WHOLE || piece.kind() == Piece.Kind.TILE) {
          picture = Math.max(picture, decoding(piece, model));
        }
      }
    }
    return new MemoryNeed(
        MemoryDemand.of(model, precisions.unet(), onGpu).weightBytes(),
        lanes * unet * precisions.unet().bytes(),
        lanes * picture * precisions.vae().bytes(),
        onGpu ? CUDA_CONTEXT : 0);
  }

  /**
   * What forwards of one kind take.
   *
   * @param samples of one forward; guidance makes two of a view
   * @param lanes forwards at once
   */
  public static MemoryNeed ofForwards(
      LatentExtent tile,
      int samples,
      Architecture model,
      Precisions precisions,
      boolean onGpu,
      int lanes) {
    long values = samples * UnetActivations.most(model.unet(), tile.height(), tile.width());
    return new MemoryNeed(
        model.parametersWithoutVae() * precisions.unet().bytes()
            + model.vaeParameters() * precisions.vae().bytes(),
        lanes * values * precisions.unet().bytes(),
        0,
        onGpu ? CUDA_CONTEXT : 0);
  }

  /** Of the UNet and the text towers, and of the VAE, which some models want in float32. */
  public record Precisions(Precision unet, Precision vae) {
    public static Precisions of(Architecture model, Precision unet) {
      return new Precisions(unet, model.vae().forceUpcast() ? Precision.FLOAT32 : unet);
    }
  }

  /** The same with what steers the image. */
  MemoryNeed with(ConditionNeed beside) {
    return new MemoryNeed(weightBytes, forwardBytes, decodingBytes, contextBytes, beside);
  }

  /** Of a forward; guidance makes two of a view. */
  static long samples(Piece piece) {
    return piece.guided() ? 2L * piece.count() : piece.count();
  }

  private static long forward(Piece piece, Architecture model) {
    return samples(piece)
        * UnetActivations.most(model.unet(), piece.extent().height(), piece.extent().width());
  }

  private static long decoding(Piece piece, Architecture model) {
    int[] channels = model.vae().channels();
    long factor = model.vae().scaleFactor();
    return (long) LIVE_ACTIVATIONS
        * channels[Math.min(1, channels.length - 1)]
        * factor
        * factor
        * piece.extent().area();
  }

  /**
   * The UNet's forward, the decoder and an image encoder never run at the same moment, and what
   * steers forwards leaves a device on which something has to leave.
   */
  public long bytes() {
    long forward = forwardBytes + conditions.forwardBytes();
    long others = Math.max(decodingBytes, conditions.encodingBytes());
    return weightBytes + Math.max(forward, others) + contextBytes;
  }
}
