package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What this version of the wire is. Where a line here has to change, {@link WireSerializer#VERSION}
 * has to change with it; a number that is gone from here is never given away again.
 */
class WireTableTest {
  @Test
  void knowsEverythingByTheNumberThatItAlwaysHad() {
    List<String> rows =
        WireTable.ROWS.stream().map(row -> row.id() + " " + row.type().getSimpleName()).toList();

    assertThat(WireSerializer.VERSION).isEqualTo("12");
    assertThat(rows)
        .containsExactly(
            "20 Greet",
            "21 Remember",
            "22 Perform",
            "23 Withdraw",
            "24 Forget",
            "25 LetGo",
            "26 Rest",
            "30 Introduce",
            "31 Completed",
            "32 Failed",
            "33 Leaving",
            "40 Heartbeat",
            "41 Heard",
            "42 Refused",
            "43 KnownAs",
            "50 EncodeText",
            "51 EncodePicture",
            "52 PredictNoise",
            "53 SurveyLatent",
            "54 DecodeLatent",
            "55 UpscalePicture",
            "56 EncodeImage",
            "70 EncodedText",
            "71 EncodedPicture",
            "72 NoisePrediction",
            "73 SurveyedLatent",
            "74 DecodedPixels",
            "75 UpscaledPixels",
            "76 EncodedImage",
            "91 DecoderSurvey",
            "92 Conditioning",
            "93 PictureFile",
            "94 PicturePart");
  }

  @Test
  void keepsTheComponentsOfEveryRecordInOrder() {
    List<String> records =
        WireTable.ROWS.stream()
            .map(
                row ->
                    row.type().getSimpleName()
                        + Arrays.stream(row.type().getRecordComponents())
                            .map(component -> component.getName())
                            .toList())
            .toList();

    assertThat(records)
        .containsExactly(
            "Greet[dispatcher, members, largestMessage, session]",
            "Remember[job, asset]",
            "Perform[lease, work, replyTo]",
            "Withdraw[lease]",
            "Forget[job]",
            "LetGo[job, asset]",
            "Rest[]",
            "Introduce[worker, session, name, model, lanes, credits, largestMessage]",
            "Completed[lease, worker, result, waitedNanos, deviceNanos, joules]",
            "Failed[lease, worker, code, sentence, largestViewBatch]",
            "Leaving[worker]",
            // These four lines never change, in no version:
            "Heartbeat[worker, replyTo, name, session, hears, everyMillis, wireVersion]",
            "Heard[]",
            "Refused[sentence]",
            "KnownAs[members]",
            "EncodeText[prompts, withNegative, syntax, clipSkip, additions]",
            "EncodePicture[input, threads]",
            "PredictNoise[tiles, timestep, microConditioning, conditioning, guidance, half,"
                + " threads, additions, extra, rows]",
            "SurveyLatent[crops, margin, threads]",
            "DecodeLatent[latent, survey, threads]",
            "UpscalePicture[pixels, upscalerHash, threads]",
            "EncodeImage[adapterHash, encoderHash, shape, pixels]",
            "EncodedText[positive, negative, cutOff]",
            "EncodedPicture[mean, deviation]",
            "NoisePrediction[noise]",
            "SurveyedLatent[layers]",
            "DecodedPixels[pixels]",
            "UpscaledPixels[pixels]",
            "EncodedImage[positive, negative]",
            "DecoderSurvey[id, layers]",
            "Conditioning[id, positive, negative]",
            "PictureFile[id, file]",
            "PicturePart[id, number, count, bytes]");
  }

  @Test
  void keepsTheOrderOfEveryEnum() {
    assertThat(FailureCode.values())
        .extracting(Enum::name)
        .containsExactly(
            "BAD_REQUEST",
            "BAD_MODEL",
            "NOT_FOUND",
            "CONFLICT",
            "TOO_MUCH",
            "CANCELLED",
            "OUT_OF_MEMORY",
            "NOT_FINITE",
            "DEVICE_ERROR",
            "MISSING_ASSET",
            "WORKER_LOST",
            "STORAGE",
            "DISK_FULL",
            "INTERNAL",
            "UNAVAILABLE",
            "OVER_BUDGET");
    assertThat(GuidanceHalf.values())
        .extracting(Enum::name)
        .containsExactly("BOTH", "TEXT", "UNCONDITIONAL");
    assertThat(GuidanceSplit.values()).extracting(Enum::name).containsExactly("FA", "WAVELET");
    assertThat(AdapterBlocks.values())
        .extracting(Enum::name)
        .containsExactly("ALL", "STYLE", "LAYOUT", "STYLE_AND_LAYOUT");
    assertThat(ControlPicture.Filter.values())
        .extracting(Enum::name)
        .containsExactly("LANCZOS", "BICUBIC");
    assertThat(Precision.values())
        .extracting(Enum::name)
        .containsExactly(
            "FLOAT32", "FLOAT16", "BFLOAT16", "FLOAT16_FAST_ACCUMULATION", "FLOAT16_FLOAT8");
    assertThat(FloatPacking.values())
        .extracting(Enum::name)
        .containsExactly("FLOAT32", "FLOAT16", "BFLOAT16");
    assertThat(SchedulerKind.OF_FOLDERS)
        .extracting(SchedulerKind::toString)
        .containsExactly(
            "ddim",
            "euler",
            "euler-ancestral",
            "dpmpp-2m",
            "dpmpp-2m-karras",
            "dpmpp-2m-sde",
            "dpmpp-2m-sde-karras",
            "unipc",
            "lcm",
            "heun",
            "dpm2",
            "dpm2-ancestral",
            "lms",
            "dpmpp-3m",
            "dpmpp-2s",
            "pndm",
            "deis",
            "tcd",
            "edm-euler",
            "edm-dpmpp-2m");
  }

  @Test
  void hasARowForEverythingThatTheLanguageHas() {
    Set<Class<?>> types = new HashSet<>();
    WireTable.ROWS.forEach(row -> types.add(row.type()));
    Stream<Class<?>> spoken =
        Stream.of(
                TileWorkerProtocol.Command.class,
                DispatcherProtocol.Command.class,
                WorkerLinkProtocol.Command.class,
                Work.class,
                WorkResult.class,
                Asset.class)
            .flatMap(WireTableTest::kinds);
    Set<Class<?>> wanted = new HashSet<>(spoken.toList());
    wanted.remove(TileWorkerProtocol.Internal.class);
    wanted.remove(WorkerLinkProtocol.Internal.class);

    assertThat(types).isEqualTo(wanted).hasSameSizeAs(WireTable.ROWS);
  }

  /** The records of a sealed type, and those of the sealed types within it. */
  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(WireTableTest::kinds)
        : Stream.of(type);
  }
}
