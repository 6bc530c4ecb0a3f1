package demofusion.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset.Conditioning;
import demofusion.protocol.work.Asset.DecoderSurvey;
import demofusion.protocol.work.Asset.PictureFile;
import demofusion.protocol.work.Asset.PicturePart;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.WorkResult.DecodedPixels;
import demofusion.protocol.work.WorkResult.EncodedImage;
import demofusion.protocol.work.WorkResult.EncodedPicture;
import demofusion.protocol.work.WorkResult.EncodedText;
import demofusion.protocol.work.WorkResult.NoisePrediction;
import demofusion.protocol.work.WorkResult.SurveyedLatent;
import demofusion.protocol.work.WorkResult.UpscaledPixels;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a worker answers, and the assets that are made of it for other workers, component by
 * component.
 */
final class ResultRecords {
  /** An empty text: its length. */
  private static final int LEAST_TEXT = 1;

  /** An empty tensor: its type, its rank and a side of nothing. */
  private static final int LEAST_TENSOR = 3;

  static final RecordSerializer<EncodedText> ENCODED_TEXT =
      RecordSerializer.of(
          (output, result) -> {
            named(output, result.positive());
            output.optional(result.negative(), ResultRecords::named);
            output.list(result.cutOff(), WireOutput::text);
          },
          input ->
              new EncodedText(
                  named(input),
                  input.optional(ResultRecords::named),
                  input.list(LEAST_TEXT, WireInput::text)));

  static final RecordSerializer<EncodedPicture> ENCODED_PICTURE =
      RecordSerializer.of(
          (output, result) -> {
            output.tensor(result.mean());
            output.tensor(result.deviation());
          },
          input -> new EncodedPicture(input.tensor(), input.tensor()));

  static final RecordSerializer<EncodedImage> ENCODED_IMAGE =
      RecordSerializer.of(
          (output, result) -> {
            named(output, result.positive());
            named(output, result.negative());
          },
          input -> new EncodedImage(named(input), named(input)));

  static final RecordSerializer<NoisePrediction> NOISE_PREDICTION =
      RecordSerializer.of(
          (output, result) -> output.tensor(result.noise()),
          input -> new NoisePrediction(input.tensor()));

  static final RecordSerializer<SurveyedLatent> SURVEYED_LATENT =
      RecordSerializer.of(
          (output, result) -> named(output, result.layers()),
          input -> new SurveyedLatent(named(input)));

  static final RecordSerializer<DecodedPixels> DECODED_PIXELS =
      RecordSerializer.of(
          (output, result) -> output.tensor(result.pixels()),
          input -> new DecodedPixels(input.tensor()));

  static final RecordSerializer<UpscaledPixels> UPSCALED_PIXELS =
      RecordSerializer.of(
          (output, result) -> output.tensor(result.pixels()),
          input -> new UpscaledPixels(input.tensor()));

  static final RecordSerializer<PictureFile> PICTURE_FILE =
      RecordSerializer.of(
          (output, asset) -> {
            output.text(asset.id().value());
            output.count(asset.file().length);
            output.room(asset.file().length).put(asset.file());
          },
          input -> {
            AssetId id = new AssetId(input.text());
            byte[] file = new byte[input.count(1)];
            input.bytes(file.length).get(file);
            return new PictureFile(id, file);
          });

  static final RecordSerializer<PicturePart> PICTURE_PART =
      RecordSerializer.of(
          (output, asset) -> {
            output.text(asset.id().value());
            output.count(asset.number());
            output.count(asset.count());
            ByteBuffer part = asset.bytes();
            output.count(part.remaining());
            output.room(part.remaining()).put(part);
          },
          input -> {
            AssetId id = new AssetId(input.text());
            int number = input.count(0);
            int count = input.count(0);
            byte[] bytes = new byte[input.count(1)];
            input.bytes(bytes.length).get(bytes);
            return new PicturePart(id, number, count, ByteBuffer.wrap(bytes));
          });

  static final RecordSerializer<Conditioning> CONDITIONING =
      RecordSerializer.of(
          (output, asset) -> {
            output.text(asset.id().value());
            named(output, asset.positive());
            output.optional(asset.negative(), ResultRecords::named);
          },
          input ->
              new Conditioning(
                  new AssetId(input.text()), named(input), input.optional(ResultRecords::named)));

  static final RecordSerializer<DecoderSurvey> DECODER_SURVEY =
      RecordSerializer.of(
          (output, asset) -> {
            output.text(asset.id().value());
            named(output, asset.layers());
          },
          input -> new DecoderSurvey(new AssetId(input.text()), named(input)));

  private ResultRecords() {}

  private static void named(WireOutput output, NamedTensors tensors) {
    output.count(tensors.byName().size());
    tensors
        .byName()
        .forEach(
            (name, tensor) -> {
              output.text(name);
              output.tensor(tensor);
            });
  }

  private static NamedTensors named(WireInput input) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (int left = input.count(LEAST_TEXT + LEAST_TENSOR); left > 0; left--) {
      if (byName.put(input.text(), input.tensor()) != null) {
        throw new KryoException("two tensors have one name");
      }
    }
    return new NamedTensors(byName);
  }
}
