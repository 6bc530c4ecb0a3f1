package demofusion.deploy.selftest.golden;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Asks a model everything that the reference was asked, each network with the reference's own
 * inputs, so that an error is found in the network that made it. Answers go by the reference's
 * names, whose first word is the network: text, unet, decode, encode or run.
 */
final class GoldenAnswers {
  private static final List<String> PROMPTS =
      List.of(
          "a lighthouse on a cliff at sunset, golden light", "two trees on a hill, morning fog");
  private static final String NEGATIVE = "blurry, ugly";
  private static final Guidance GUIDANCE = new Guidance(7.5f, 0);
  private static final int FORWARDS = 3;
  private static final int LATENTS = 2;

  private final SafetensorsFile golden;
  private final List<GoldenRun> runs;
  private final DiffusionModel model;
  private final int threads;
  private final Map<String, Tensor> answers = new LinkedHashMap<>();

  private GoldenAnswers(GoldenModel golden, DiffusionModel model, int threads) {
    this.golden = golden.answers();
    this.runs = golden.runs();
    this.model = model;
    this.threads = threads;
  }

  /**
   * @param model of it, on the device that is tested
   * @param wholeRuns whether pictures are drawn too
   */
  static Map<String, Tensor> of(
      GoldenModel golden, DiffusionModel model, int threads, boolean wholeRuns) {
    GoldenAnswers asked = new GoldenAnswers(golden, model, threads);
    asked.encodeTexts();
    asked.predictNoise();
    asked.decode();
    asked.encode();
    if (wholeRuns) {
      asked.draw();
    }
    return asked.answers;
  }

  private void encodeTexts() {
    for (int n = 0; n < PROMPTS.size(); n++) {
      Prompts prompts = new Prompts(PROMPTS.get(n), null, NEGATIVE, null);
      WorkResult.EncodedText text = model.encodeText(new Work.EncodeText(prompts, true));
      put("text." + n + ".positive.", text.positive());
      put("text." + n + ".negative.", Objects.requireNonNull(text.negative()));
    }
  }

  private void put(String prefix, NamedTensors tensors) {
    tensors.byName().forEach((name, tensor) -> answers.put(prefix + name, tensor));
  }

  private void predictNoise() {
    for (int n = 0; n < FORWARDS; n++) {
      String prefix = "unet." + n + ".";
      Tensor tiles = golden.tensor(prefix + "tiles");
      AssetId id = new AssetId("text-" + n % PROMPTS.size());
      JobAssets assets = JobAssets.of(conditioning(id));
      for (GuidanceHalf half : List.of(GuidanceHalf.TEXT, GuidanceHalf.BOTH)) {
        Work.PredictNoise work =
            new Work.PredictNoise(
                tiles,
                golden.tensor(prefix + "timestep").values()[0],
                sizes(golden.tensor(prefix + "sizes")),
                Collections.nCopies(tiles.shape()[0], id),
                GUIDANCE,
                half,
                threads);
        answers.put(
            prefix + (half == GuidanceHalf.TEXT ? "text" : "guided"),
            model.predictNoise(work, assets).noise());
      }
    }
  }

  /** The reference's own, as the golden data has it. */
  private Asset.Conditioning conditioning(AssetId id) {
    return new Asset.Conditioning(
        id,
        half(id.value().replace('-', '.') + ".positive."),
        half(id.value().replace('-', '.') + ".negative."));
  }

  private NamedTensors half(String prefix) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    golden.names().stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> byName.put(name.substring(prefix.length()), golden.tensor(name)));
    return new NamedTensors(byName);
  }

  private static List<MicroConditioning> sizes(Tensor rows) {
    List<MicroConditioning> sizes = new ArrayList<>();
    int width = rows.shape()[1];
    for (int row = 0; row < rows.shape()[0]; row++) {
      int[] ids = new int[width];
      for (int n = 0; n < width; n++) {
        ids[n] = Math.round(rows.values()[row * width + n]);
      }
      sizes.add(new MicroConditioning(ids[0], ids[1], ids[2], ids[3], ids[4], ids[5]));
    }
    return sizes;
  }

  private void decode() {
    for (int n = 0; n < LATENTS; n++) {
      Tensor latent = golden.tensor("decode." + n + ".latent");
      Work.DecodeLatent work = new Work.DecodeLatent(latent, AssetId.NONE, threads);
      answers.put("decode." + n + ".pixels", model.decode(work, null).pixels());
    }
  }

  private void encode() {
    Tensor pixels = golden.tensor("encode.0.pixels");
    WorkResult.EncodedPicture encoded =
        model.encodePicture(new Work.EncodePicture(pixels, threads));
    answers.put("encode.0.mean", encoded.mean());
    answers.put("encode.0.deviation", encoded.deviation());
  }

  private void draw() {
    for (GoldenRun run : runs) {
      answers.put(run.key(), run.draw(model, threads));
    }
  }
}
