package demofusion.protocol.wire;

import demofusion.protocol.work.Asset.DecoderSurvey;
import demofusion.protocol.work.Asset.TextEmbeddings;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.WorkResult.DecodedPixels;
import demofusion.protocol.work.WorkResult.EncodedPicture;
import demofusion.protocol.work.WorkResult.EncodedText;
import demofusion.protocol.work.WorkResult.NoisePrediction;
import demofusion.protocol.work.WorkResult.SurveyedLatent;

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
            output.tensor(result.text());
            output.tensor(result.pooled());
            output.optional(result.negativeText(), WireOutput::tensor);
            output.optional(result.negativePooled(), WireOutput::tensor);
            output.list(result.cutOff(), WireOutput::text);
          },
          input ->
              new EncodedText(
                  input.tensor(),
                  input.tensor(),
                  input.optional(WireInput::tensor),
                  input.optional(WireInput::tensor),
                  input.list(LEAST_TEXT, WireInput::text)));

  static final RecordSerializer<EncodedPicture> ENCODED_PICTURE =
      RecordSerializer.of(
          (output, result) -> {
            output.tensor(result.mean());
            output.tensor(result.deviation());
          },
          input -> new EncodedPicture(input.tensor(), input.tensor()));

  static final RecordSerializer<NoisePrediction> NOISE_PREDICTION =
      RecordSerializer.of(
          (output, result) -> output.tensor(result.noise()),
          input -> new NoisePrediction(input.tensor()));

  static final RecordSerializer<SurveyedLatent> SURVEYED_LATENT =
      RecordSerializer.of(
          (output, result) -> {
            output.list(result.names(), WireOutput::text);
            output.list(result.tensors(), WireOutput::tensor);
          },
          input ->
              new SurveyedLatent(
                  input.list(LEAST_TEXT, WireInput::text),
                  input.list(LEAST_TENSOR, WireInput::tensor)));

  static final RecordSerializer<DecodedPixels> DECODED_PIXELS =
      RecordSerializer.of(
          (output, result) -> output.tensor(result.pixels()),
          input -> new DecodedPixels(input.tensor()));

  static final RecordSerializer<TextEmbeddings> TEXT_EMBEDDINGS =
      RecordSerializer.of(
          (output, asset) -> {
            output.text(asset.id().value());
            output.tensor(asset.text());
            output.tensor(asset.pooled());
            output.optional(asset.negativeText(), WireOutput::tensor);
            output.optional(asset.negativePooled(), WireOutput::tensor);
          },
          input ->
              new TextEmbeddings(
                  new AssetId(input.text()),
                  input.tensor(),
                  input.tensor(),
                  input.optional(WireInput::tensor),
                  input.optional(WireInput::tensor)));

  static final RecordSerializer<DecoderSurvey> DECODER_SURVEY =
      RecordSerializer.of(
          (output, asset) -> {
            output.text(asset.id().value());
            output.list(asset.names(), WireOutput::text);
            output.list(asset.tensors(), WireOutput::tensor);
          },
          input ->
              new DecoderSurvey(
                  new AssetId(input.text()),
                  input.list(LEAST_TEXT, WireInput::text),
                  input.list(LEAST_TENSOR, WireInput::tensor)));

  private ResultRecords() {}
}
