package demofusion.protocol.model.file;

/** What a file of weights is (models.md). */
public enum FileKind {
  CHECKPOINT("a checkpoint", "pass it as --model"),
  LORA("a LoRA, a change to a model", "pass it with --lora beside the model that it was made for"),
  EMBEDDING(
      "an embedding (textual inversion), a word for a model",
      "pass it with --embedding beside the model that it was made for"),
  VAE("a VAE alone, a part of a model", "pass it with --vae beside the model"),
  UPSCALER(
      "an upscaler (ESRGAN), which draws no pictures",
      "pass it with --upscaler to render --method sr, or to upscale"),
  CONTROLNET(
      "a ControlNet, a part beside a model",
      "pass it with --controlnet beside the model that it was made for"),
  CONTROL_LORA("a Control-LoRA, a ControlNet as a change to a model", Advice.WHOLE_CONTROLNET),
  CONTROLNET_DIFFERENCE("a ControlNet that stores a difference to SD 1.5", Advice.WHOLE_CONTROLNET),
  CONTROL_LLLITE("a ControlLLLite, a part beside a model", Advice.WHOLE_CONTROLNET),
  SPARSE_CTRL("a SparseCtrl, a ControlNet of videos", Advice.WHOLE_CONTROLNET),
  SD3_CONTROLNET("a ControlNet for SD3", Advice.WHOLE_CONTROLNET),
  FLUX_CONTROLNET("a ControlNet for Flux", Advice.WHOLE_CONTROLNET),
  T2I_ADAPTER("a T2I-Adapter, a part beside a model", Advice.WHOLE_CONTROLNET),
  IP_ADAPTER(
      "an IP-Adapter, a part beside a model",
      "pass it with --ip-adapter beside the model that it was made for"),
  FACE_ID(
      "an IP-Adapter FaceID, which is told by a network that finds faces",
      "it is not supported: take a plain, plus or full IP-Adapter"),
  IMAGE_ENCODER(
      "an image encoder (CLIP vision), a part of an IP-Adapter",
      "pass its folder with --image-encoder beside --ip-adapter"),
  ANIMATE_DIFF("an AnimateDiff motion module, a part beside a model", Advice.NOT_DRAWN_WITH),
  SD3("an SD3 model", Advice.OTHER_FAMILY),
  FLUX("a Flux model", Advice.OTHER_FAMILY),
  CHROMA("a Chroma model", Advice.OTHER_FAMILY),
  AURA_FLOW("an AuraFlow model", Advice.OTHER_FAMILY),
  STABLE_CASCADE("a Stable Cascade model", Advice.OTHER_FAMILY),
  LUMINA("a Lumina model", Advice.OTHER_FAMILY),
  WAN("a Wan model", Advice.OTHER_FAMILY),
  LTX("an LTX model", Advice.OTHER_FAMILY),
  HUNYUAN_VIDEO("a Hunyuan Video model", Advice.OTHER_FAMILY),
  PIX_ART("a PixArt model", Advice.OTHER_FAMILY),
  HUNYUAN_DIT("a HunyuanDiT model", Advice.OTHER_FAMILY),
  SANA("a Sana model", Advice.OTHER_FAMILY),
  STABLE_VIDEO_DIFFUSION("a Stable Video Diffusion model", Advice.OTHER_FAMILY),
  UNET("a UNet alone, a part of a model", "give the whole checkpoint or the diffusers folder"),
  TAESD("a TAESD, a small VAE for previews", "give a whole VAE with --vae"),
  TEXT_ENCODER(
      "a text encoder alone, a part of a model", "give the whole checkpoint or the folder"),
  PICKLE(
      "a .ckpt or .pt pickle, which could run code",
      "convert it to safetensors where you trust it, or look for the model as .safetensors"),
  GGUF("a GGUF file", "its quantised weights are not supported: look for it as .safetensors"),
  LFS_POINTER(
      "only a git-lfs pointer to the file, which was not downloaded",
      "run \"git lfs pull\" in its folder"),
  WEB_PAGE(
      "a web page saved as a file",
      "download the file itself (a site that wants a login answers with a page)"),
  UNKNOWN("a file with keys of no kind known here", "give an SD 1, SD 2 or SDXL checkpoint");

  /** What many kinds have in common. */
  private static final class Advice {
    static final String NOT_DRAWN_WITH = "pictures are not drawn with it here";
    static final String WHOLE_CONTROLNET =
        "it is not supported: take a whole ControlNet for SD 1, SD 2 or SDXL";
    static final String OTHER_FAMILY =
        "that family is not supported: give an SD 1, SD 2 or SDXL checkpoint";
  }

  private final String title;
  private final String advice;

  FileKind(String title, String advice) {
    this.title = title;
    this.advice = advice;
  }

  /** With its article, for sentences: a LoRA, a change to a model. */
  public String title() {
    return title;
  }

  /** What to do with such a file, for the end of a sentence. */
  public String advice() {
    return advice;
  }
}
