package demofusion.protocol.wire;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.DispatcherProtocol.Leaving;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Rest;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.message.WorkerLinkProtocol.KnownAs;
import demofusion.protocol.message.WorkerLinkProtocol.Refused;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.UnetShape;
import demofusion.protocol.picture.EnlargedWindow;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.EncoderInput;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.ImageEncoderShape;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.PixelCut;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.jspecify.annotations.Nullable;

/** One of every message that crosses, with everything in it that can be. */
final class WireFixture implements AutoCloseable {
  private static final JobId JOB = new JobId("castle-at-dawn.1");
  private static final LeaseId LEASE = new LeaseId(JOB, Long.MAX_VALUE - 1, 3);
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final AssetId TEXTS = new AssetId("text");
  private static final NamedTensors FIRST = named("states", halves(7, 16), "pooled", halves(16));
  private static final NamedTensors SECOND = named("states", halves(7, 16), "", noise(16));

  private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "wire");
  private final ActorRef<TileWorkerProtocol.Command> worker =
      system.systemActorOf(Behaviors.<TileWorkerProtocol.Command>empty(), "worker", Props.empty());
  private final ActorRef<WorkerLinkProtocol.Command> link =
      system.systemActorOf(Behaviors.<WorkerLinkProtocol.Command>empty(), "link", Props.empty());
  private final ActorRef<DispatcherProtocol.Command> dispatcher =
      system.systemActorOf(
          Behaviors.<DispatcherProtocol.Command>empty(), "dispatcher", Props.empty());

  Serialization serialization() {
    return SerializationExtension.get(Adapter.toClassic(system));
  }

  WireSerializer serializer() {
    return new WireSerializer((ExtendedActorSystem) Adapter.toClassic(system));
  }

  /** An actor that stands for the other end of a connection. */
  ActorRef<Object> peer() {
    return system.systemActorOf(Behaviors.<Object>empty(), "peer", Props.empty());
  }

  List<Object> messages() {
    List<Object> messages = new ArrayList<>();
    messages.add(new Greet(dispatcher, dispatcher, 32 << 20, Long.MAX_VALUE));
    assets().forEach(asset -> messages.add(new Remember(JOB, asset)));
    work().forEach(work -> messages.add(perform(work)));
    messages.add(new Withdraw(LEASE));
    messages.add(new Forget(JOB));
    messages.add(new LetGo(JOB, new AssetId("phase 1")));
    messages.add(new Rest());
    messages.add(new Heartbeat(worker, link, "läufer 1", 7, true, 1000, "3"));
    messages.add(new Heard());
    messages.add(new Refused("run the same release on both, 猫"));
    messages.add(new KnownAs(dispatcher));
    messages.add(new Leaving(worker));
    messages.add(
        new Introduce(
            worker,
            7,
            "läufer\ud800 1",
            card(null, settings())
                .withSettings(
                    new ModelSettings(
                        Map.of("steps", 30, "guidanceScale", 2.1f, "scheduler", "ddim"))),
            2,
            4,
            Integer.MAX_VALUE));
    messages.add(new Introduce(worker, 0, "", card(SchedulerKind.LCM, Map.of()), 1, 1, 0));
    results().forEach(result -> messages.add(completed(result)));
    for (FailureCode code : FailureCode.values()) {
      messages.add(new Failed(LEASE, worker, code, code + " because 猫 sat on it", 0));
    }
    return messages;
  }

  Perform perform(Work work) {
    return new Perform(LEASE, work, dispatcher);
  }

  Completed completed(WorkResult result) {
    return new Completed(LEASE, worker, result, 12, Long.MIN_VALUE, 0.125);
  }

  Introduce introduction(Map<String, Object> settings) {
    return new Introduce(worker, 1, "worker", card(SchedulerKind.EULER, settings), 1, 2, 1 << 20);
  }

  static List<Work> work() {
    List<Work> work = new ArrayList<>();
    work.add(new Work.EncodeText(Prompts.of("a castle at dawn"), false));
    work.add(new Work.EncodeText(new Prompts("a\u0000b", "", "鬼", "x".repeat(300)), true));
    work.add(
        new Work.EncodeText(
            Prompts.of("a (cat:1.2)"), true, PromptSyntax.WEIGHTED, 2, additions()));
    work.add(new Work.EncodePicture(noise(3, 8, 8)));
    work.add(new Work.EncodePicture(noise(3, 16, 8), 3));
    work.add(new Work.EncodePicture(new EncoderInput.Enlarged(enlarged()), 2));
    for (GuidanceHalf half : GuidanceHalf.values()) {
      work.add(
          new Work.PredictNoise(
              noise(2, 4, 8, 8),
              981.5f,
              List.of(
                  new MicroConditioning(1024, 1024, -8, 0, 4096, 2048),
                  new MicroConditioning(1, 2, 3, 4, 5, 6)),
              List.of(TEXTS, new AssetId("region 猫")),
              new Guidance(7.5f, 0.25f),
              half,
              1));
    }
    work.add(
        new Work.PredictNoise(
            noise(1, 4, 8, 8),
            1,
            List.of(new MicroConditioning(1, 2, 3, 4, 5, 6)),
            List.of(TEXTS),
            new Guidance(1, 0),
            GuidanceHalf.BOTH,
            1,
            additions(),
            ExtraConditioning.NONE));
    work.add(controlled());
    work.add(ofSeveralTexts());
    work.add(
        new Work.EncodeImage(
            HASH, HASH, new ImageEncoderShape(16, 8, true, 1e-5), noise(2, 3, 8, 8)));
    for (GuidanceSplit kind : GuidanceSplit.values()) {
      work.add(
          new Work.PredictNoise(
              noise(1, 4, 8, 8),
              1,
              List.of(new MicroConditioning(1, 2, 3, 4, 5, 6)),
              List.of(TEXTS),
              new Guidance(7.5f, 0, new Guidance.Split(35, kind, 4, 3)),
              GuidanceHalf.TEXT,
              1));
    }
    work.add(new Work.SurveyLatent(noise(1, 4, 16, 16), 3, 2));
    work.add(new Work.DecodeLatent(noise(4, 8, 8), AssetId.NONE, 2));
    work.add(new Work.UpscalePicture(noise(3, 8, 6), "0123456789abcdef".repeat(4), 2));
    return work;
  }

  private static EnlargedWindow enlarged() {
    EnlargedWindow.Place place =
        new EnlargedWindow.Place(new PixelExtent(16, 12), new PixelExtent(40, 24), 8, 16, 16, 8);
    byte[] rgb = new byte[(int) place.bytes()];
    new Random(3).nextBytes(rgb);
    return new EnlargedWindow(place, rgb);
  }

  /** A forward that is told all that there is beside the text. */
  private static Work controlled() {
    ControlPicture plain =
        new ControlPicture(
            new AssetId("control"),
            null,
            List.of(
                new Resizing(Filter.LANCZOS, new PixelExtent(64, 48)),
                new Resizing(Filter.BICUBIC, new PixelExtent(128, 96))));
    ControlPicture masked =
        new ControlPicture(
            new AssetId("original"),
            new AssetId("mask"),
            List.of(new Resizing(Filter.BICUBIC, new PixelExtent(128, 96))));
    return new Work.PredictNoise(
        noise(1, 4, 8, 8),
        1,
        List.of(new MicroConditioning(1, 2, 3, 4, 5, 6)),
        List.of(TEXTS),
        new Guidance(7.5f, 0),
        GuidanceHalf.BOTH,
        1,
        Additions.NONE,
        new ExtraConditioning(
            List.of(
                new ControlInput(
                    HASH, false, null, 0.7, true, plain, List.of(new PixelCut(-8, 0, 1, 64, 64))),
                new ControlInput(
                    HASH, true, 6, 4, false, masked, List.of(new PixelCut(8, 16, 4, 64, 64)))),
            List.of(
                new ImagePrompt(
                    HASH, new AssetId("tokens"), 0.6, AdapterBlocks.STYLE_AND_LAYOUT))));
  }

  /** Three views of two tiles. */
  private static Work ofSeveralTexts() {
    return new Work.PredictNoise(
        noise(2, 4, 8, 8),
        1,
        Collections.nCopies(3, new MicroConditioning(1, 2, 3, 4, 5, 6)),
        List.of(TEXTS, new AssetId("region"), TEXTS),
        new Guidance(7.5f, 0),
        GuidanceHalf.BOTH,
        1,
        Additions.NONE,
        ExtraConditioning.NONE,
        new TileRows(List.of(0, 0, 1)));
  }

  private static Additions additions() {
    String hash = HASH;
    return new Additions(
        List.of(
            new LoraUse("stil 猫", hash, 0.8, -1.5),
            new LoraUse("lightning", hash, 1, 0, "fedcba987654")),
        List.of(new EmbeddingUse("dragon", hash)));
  }

  static List<WorkResult> results() {
    return List.of(
        new WorkResult.EncodedText(FIRST, null, List.of()),
        new WorkResult.EncodedText(FIRST, SECOND, List.of("and a cat", "")),
        new WorkResult.EncodedPicture(noise(4, 8, 8), noise(4, 8, 8)),
        new WorkResult.EncodedImage(FIRST, SECOND),
        new WorkResult.NoisePrediction(noise(2, 4, 8, 8)),
        new WorkResult.SurveyedLatent(named("mid", noise(32), "up.0", noise(2, 32))),
        new WorkResult.DecodedPixels(Tensor.zeros(3, 0, 8)),
        new WorkResult.UpscaledPixels(noise(3, 16, 12)));
  }

  static List<Asset> assets() {
    return List.of(
        new Asset.Conditioning(TEXTS, FIRST, null),
        new Asset.Conditioning(TEXTS, SECOND, FIRST),
        new Asset.DecoderSurvey(
            new AssetId("survey"), named("mid", noise(32), "up.0", noise(2, 32))),
        new Asset.PictureFile(new AssetId("control"), new byte[] {1, -2, 3}),
        new Asset.PicturePart(new AssetId("control"), 1, 3, ByteBuffer.wrap(new byte[] {-4, 5})));
  }

  private static NamedTensors named(String first, Tensor one, String second, Tensor two) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    byName.put(first, one);
    byName.put(second, two);
    return new NamedTensors(byName);
  }

  private static ModelCard card(@Nullable SchedulerKind kind, Map<String, Object> settings) {
    return new ModelCard(
        "tiny-sdxl",
        "0123456789abcdef".repeat(4),
        new ModelGeometry(
            16,
            4,
            8,
            new ModelInputs(1, 11, false, true)
                .withGuidance()
                .with(new UnetShape(768, List.of(320, 1280)))),
        new SchedulerConfig(kind, settings),
        Precision.BFLOAT16,
        "cuda:0",
        ModelSettings.NONE,
        "fedcba9876543210".repeat(4),
        "NVIDIA H200, driver 570");
  }

  private static Map<String, Object> settings() {
    return Map.of(
        "_class_name",
        "EulerDiscreteScheduler",
        "steps_offset",
        1,
        "beta_start",
        0.00085,
        "a_long",
        1L << 40,
        "use_karras_sigmas",
        false,
        "trained_betas",
        List.of(0.1, 0.2, List.of("deeper")),
        "flow",
        Map.of("shift", 3, "none", List.of()));
  }

  /** Values that need all 32 bits, and every special one. */
  static Tensor noise(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    float[] special = {Float.NaN, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE, Float.MAX_VALUE};
    Random random = new Random(tensor.values().length);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = n % 11 < 5 && n > 10 ? special[n % 11] : (float) random.nextGaussian();
    }
    return tensor;
  }

  /** Values that a model in half precision computed. */
  static Tensor halves(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = FloatPacking.fromHalf((short) (n * 2654435761L));
    }
    return tensor;
  }

  @Override
  public void close() {
    system.terminate();
  }
}
