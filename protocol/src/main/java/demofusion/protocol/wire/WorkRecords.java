package demofusion.protocol.wire;

import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.picture.EnlargedWindow;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.EncoderInput;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.ImageEncoderShape;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work.DecodeLatent;
import demofusion.protocol.work.Work.EncodeImage;
import demofusion.protocol.work.Work.EncodePicture;
import demofusion.protocol.work.Work.EncodeText;
import demofusion.protocol.work.Work.PredictNoise;
import demofusion.protocol.work.Work.SurveyLatent;
import demofusion.protocol.work.Work.UpscalePicture;

/** What a worker can be asked to do, component by component. */
final class WorkRecords {
  static final int MICRO_CONDITIONING_BYTES = 6 * Integer.BYTES;

  /** An empty id: its length. */
  static final int LEAST_ID = 1;

  static final RecordSerializer<EncodeText> ENCODE_TEXT =
      RecordSerializer.of(
          (output, work) -> {
            Prompts prompts = work.prompts();
            output.text(prompts.prompt());
            output.optional(prompts.prompt2(), WireOutput::text);
            output.optional(prompts.negative(), WireOutput::text);
            output.optional(prompts.negative2(), WireOutput::text);
            output.writeBoolean(work.withNegative());
            output.choice(work.syntax());
            output.optional(work.clipSkip(), WireOutput::writeInt);
            AdditionRecords.write(output, work.additions());
          },
          input ->
              new EncodeText(
                  new Prompts(
                      input.text(),
                      input.optional(WireInput::text),
                      input.optional(WireInput::text),
                      input.optional(WireInput::text)),
                  input.readBoolean(),
                  input.choice(PromptSyntax.class),
                  input.optional(WireInput::readInt),
                  AdditionRecords.read(input)));

  static final RecordSerializer<EncodePicture> ENCODE_PICTURE =
      RecordSerializer.of(
          (output, work) -> {
            encoderInput(output, work.input());
            output.writeInt(work.threads());
          },
          input -> new EncodePicture(encoderInput(input), input.readInt()));

  private static void encoderInput(WireOutput output, EncoderInput of) {
    output.writeBoolean(of instanceof EncoderInput.Enlarged);
    if (of instanceof EncoderInput.Enlarged enlarged) {
      EnlargedWindow.Place place = enlarged.window().place();
      extent(output, place.picture());
      extent(output, place.enlarged());
      output.writeInt(place.top());
      output.writeInt(place.left());
      output.writeInt(place.height());
      output.writeInt(place.width());
      byte[] rgb = enlarged.window().rgb();
      output.count(rgb.length);
      output.room(rgb.length).put(rgb);
    } else {
      output.tensor(of.pixels());
    }
  }

  private static EncoderInput encoderInput(WireInput input) {
    if (!input.readBoolean()) {
      return new EncoderInput.Pixels(input.tensor());
    }
    EnlargedWindow.Place place =
        new EnlargedWindow.Place(
            extent(input),
            extent(input),
            input.readInt(),
            input.readInt(),
            input.readInt(),
            input.readInt());
    byte[] rgb = new byte[input.count(1)];
    input.bytes(rgb.length).get(rgb);
    return new EncoderInput.Enlarged(new EnlargedWindow(place, rgb));
  }

  private static void extent(WireOutput output, PixelExtent extent) {
    output.writeInt(extent.width());
    output.writeInt(extent.height());
  }

  private static PixelExtent extent(WireInput input) {
    return new PixelExtent(input.readInt(), input.readInt());
  }

  static final RecordSerializer<EncodeImage> ENCODE_IMAGE =
      RecordSerializer.of(
          (output, work) -> {
            output.text(work.adapterHash());
            output.text(work.encoderHash());
            ImageEncoderShape shape = work.shape();
            output.writeInt(shape.heads());
            output.writeInt(shape.imageSize());
            output.writeBoolean(shape.quickGelu());
            output.writeDouble(shape.epsilon());
            output.tensor(work.pixels());
          },
          input ->
              new EncodeImage(
                  input.text(),
                  input.text(),
                  new ImageEncoderShape(
                      input.readInt(), input.readInt(), input.readBoolean(), input.readDouble()),
                  input.tensor()));

  static final RecordSerializer<PredictNoise> PREDICT_NOISE =
      RecordSerializer.of(
          (output, work) -> {
            output.tensor(work.tiles());
            output.writeFloat(work.timestep());
            output.list(work.microConditioning(), WorkRecords::microConditioning);
            output.list(work.conditioning(), WorkRecords::assetId);
            guidance(output, work.guidance());
            output.choice(work.half());
            output.writeInt(work.threads());
            AdditionRecords.write(output, work.additions());
            ExtraRecords.write(output, work.extra());
            output.list(work.rows().tiles(), WireOutput::count);
          },
          input ->
              new PredictNoise(
                  input.tensor(),
                  input.readFloat(),
                  input.list(MICRO_CONDITIONING_BYTES, WorkRecords::microConditioning),
                  input.list(LEAST_ID, WorkRecords::assetId),
                  guidance(input),
                  input.choice(GuidanceHalf.class),
                  input.readInt(),
                  AdditionRecords.read(input),
                  ExtraRecords.read(input),
                  new TileRows(input.list(1, row -> row.readVarInt(true)))));

  static final RecordSerializer<SurveyLatent> SURVEY_LATENT =
      RecordSerializer.of(
          (output, work) -> {
            output.tensor(work.crops());
            output.writeInt(work.margin());
            output.writeInt(work.threads());
          },
          input -> new SurveyLatent(input.tensor(), input.readInt(), input.readInt()));

  static final RecordSerializer<DecodeLatent> DECODE_LATENT =
      RecordSerializer.of(
          (output, work) -> {
            output.tensor(work.latent());
            output.text(work.survey().value());
            output.writeInt(work.threads());
          },
          input -> new DecodeLatent(input.tensor(), new AssetId(input.text()), input.readInt()));

  static final RecordSerializer<UpscalePicture> UPSCALE_PICTURE =
      RecordSerializer.of(
          (output, work) -> {
            output.tensor(work.pixels());
            output.text(work.upscalerHash());
            output.writeInt(work.threads());
          },
          input -> new UpscalePicture(input.tensor(), input.text(), input.readInt()));

  private WorkRecords() {}

  static void assetId(WireOutput output, AssetId id) {
    output.text(id.value());
  }

  static AssetId assetId(WireInput input) {
    return new AssetId(input.text());
  }

  private static void guidance(WireOutput output, Guidance guidance) {
    output.writeFloat(guidance.scale());
    output.writeFloat(guidance.rescale());
    output.optional(guidance.split(), WorkRecords::split);
  }

  private static Guidance guidance(WireInput input) {
    return new Guidance(input.readFloat(), input.readFloat(), input.optional(WorkRecords::split));
  }

  private static void split(WireOutput output, Guidance.Split split) {
    output.writeFloat(split.high());
    output.choice(split.kind());
    output.writeInt(split.lowHeight());
    output.writeInt(split.lowWidth());
  }

  private static Guidance.Split split(WireInput input) {
    return new Guidance.Split(
        input.readFloat(), input.choice(GuidanceSplit.class), input.readInt(), input.readInt());
  }

  private static void microConditioning(WireOutput output, MicroConditioning view) {
    output.writeInt(view.originalHeight());
    output.writeInt(view.originalWidth());
    output.writeInt(view.cropTop());
    output.writeInt(view.cropLeft());
    output.writeInt(view.targetHeight());
    output.writeInt(view.targetWidth());
  }

  private static MicroConditioning microConditioning(WireInput input) {
    return new MicroConditioning(
        input.readInt(),
        input.readInt(),
        input.readInt(),
        input.readInt(),
        input.readInt(),
        input.readInt());
  }
}
