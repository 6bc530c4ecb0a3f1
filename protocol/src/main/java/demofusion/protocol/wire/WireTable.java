package demofusion.protocol.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.List;

/**
 * Everything that may cross, and the number by which it is known there. A number is never used
 * again for something else, not even after its row is gone.
 */
final class WireTable {
  /** Messages 20 to 49 (40 to 49 stable), work 50 to 69, results 70 to 89, assets 90 to 99. */
  static final List<Row<?>> ROWS =
      List.of(
          new Row<>(20, TileWorkerProtocol.Greet.class, MessageRecords.GREET),
          new Row<>(21, TileWorkerProtocol.Remember.class, MessageRecords.REMEMBER),
          new Row<>(22, TileWorkerProtocol.Perform.class, MessageRecords.PERFORM),
          new Row<>(23, TileWorkerProtocol.Withdraw.class, MessageRecords.WITHDRAW),
          new Row<>(24, TileWorkerProtocol.Forget.class, MessageRecords.FORGET),
          new Row<>(25, TileWorkerProtocol.LetGo.class, MessageRecords.LET_GO),
          new Row<>(26, TileWorkerProtocol.Rest.class, MessageRecords.REST),
          new Row<>(30, DispatcherProtocol.Introduce.class, MessageRecords.INTRODUCE),
          new Row<>(31, DispatcherProtocol.Completed.class, MessageRecords.COMPLETED),
          new Row<>(32, DispatcherProtocol.Failed.class, MessageRecords.FAILED),
          new Row<>(33, DispatcherProtocol.Leaving.class, MessageRecords.LEAVING),
          new Row<>(40, DispatcherProtocol.Heartbeat.class, StableRecords.HEARTBEAT),
          new Row<>(41, WorkerLinkProtocol.Heard.class, StableRecords.HEARD),
          new Row<>(42, WorkerLinkProtocol.Refused.class, StableRecords.REFUSED),
          new Row<>(43, WorkerLinkProtocol.KnownAs.class, StableRecords.KNOWN_AS),
          new Row<>(50, Work.EncodeText.class, WorkRecords.ENCODE_TEXT),
          new Row<>(51, Work.EncodePicture.class, WorkRecords.ENCODE_PICTURE),
          new Row<>(52, Work.PredictNoise.class, WorkRecords.PREDICT_NOISE),
          new Row<>(53, Work.SurveyLatent.class, WorkRecords.SURVEY_LATENT),
          new Row<>(54, Work.DecodeLatent.class, WorkRecords.DECODE_LATENT),
          new Row<>(55, Work.UpscalePicture.class, WorkRecords.UPSCALE_PICTURE),
          new Row<>(56, Work.EncodeImage.class, WorkRecords.ENCODE_IMAGE),
          new Row<>(70, WorkResult.EncodedText.class, ResultRecords.ENCODED_TEXT),
          new Row<>(71, WorkResult.EncodedPicture.class, ResultRecords.ENCODED_PICTURE),
          new Row<>(72, WorkResult.NoisePrediction.class, ResultRecords.NOISE_PREDICTION),
          new Row<>(73, WorkResult.SurveyedLatent.class, ResultRecords.SURVEYED_LATENT),
          new Row<>(74, WorkResult.DecodedPixels.class, ResultRecords.DECODED_PIXELS),
          new Row<>(75, WorkResult.UpscaledPixels.class, ResultRecords.UPSCALED_PIXELS),
          new Row<>(76, WorkResult.EncodedImage.class, ResultRecords.ENCODED_IMAGE),
          new Row<>(91, Asset.DecoderSurvey.class, ResultRecords.DECODER_SURVEY),
          new Row<>(92, Asset.Conditioning.class, ResultRecords.CONDITIONING),
          new Row<>(93, Asset.PictureFile.class, ResultRecords.PICTURE_FILE),
          new Row<>(94, Asset.PicturePart.class, ResultRecords.PICTURE_PART));

  private static final List<Class<?>> MESSAGES =
      List.of(
          TileWorkerProtocol.Command.class,
          DispatcherProtocol.Command.class,
          WorkerLinkProtocol.Command.class);

  /** A message holds a variant, which holds values: anything deeper is no message of ours. */
  private static final int DEEPEST = 4;

  private WireTable() {}

  /** One kind of thing that may cross. */
  record Row<T>(int id, Class<T> type, RecordSerializer<T> serializer) {}

  /** The rows that are messages; the others cross within these. */
  static List<Class<?>> messages() {
    return ROWS.stream()
        .<Class<?>>map(Row::type)
        .filter(type -> MESSAGES.stream().anyMatch(kind -> kind.isAssignableFrom(type)))
        .toList();
  }

  /** Whether the bytes of such a message are the same in every version. */
  static boolean isStable(Object message) {
    return message instanceof DispatcherProtocol.Heartbeat
        || message instanceof WorkerLinkProtocol.Command;
  }

  static Kryo newKryo() {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    kryo.setMaxDepth(DEEPEST);
    for (Row<?> row : ROWS) {
      kryo.register(row.type(), row.serializer(), row.id());
    }
    return kryo;
  }

  /**
   * What a number that was read stands for. Kryo's own lookup would go on to read the name of any
   * class and load it.
   */
  static Class<?> requireRow(Kryo kryo, int id, Class<?> wanted) {
    Registration row = kryo.getRegistration(id);
    if (row == null || !(row.getSerializer() instanceof RecordSerializer)) {
      throw new KryoException("nothing is known by number " + id);
    }
    Class<?> type = row.getType();
    if (!wanted.isAssignableFrom(type)) {
      throw new KryoException(
          "a " + type.getSimpleName() + " stands where a " + wanted.getSimpleName() + " belongs");
    }
    return type;
  }

  /** Refuses what may cross within a message but is none itself. */
  static Object requireMessage(Object value) {
    if (MESSAGES.stream().anyMatch(kind -> kind.isInstance(value))) {
      return value;
    }
    throw new KryoException(value.getClass().getSimpleName() + " is no message");
  }
}
