package demofusion.protocol.wire;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.DispatcherProtocol.Leaving;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Rest;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.UnetShape;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;

/** The messages themselves, component by component. */
final class MessageRecords {
  private static final int LONGEST_JOB_ID = 80;

  static final RecordSerializer<Greet> GREET =
      RecordSerializer.of(
          (output, greet) -> {
            output.actorRef(greet.dispatcher());
            output.actorRef(greet.members());
            output.writeInt(greet.largestMessage());
            output.writeLong(greet.session());
          },
          input ->
              new Greet(input.actorRef(), input.actorRef(), input.readInt(), input.readLong()));

  static final RecordSerializer<Remember> REMEMBER =
      RecordSerializer.of(
          (output, remember) -> {
            output.text(remember.job().value());
            output.variant(remember.asset());
          },
          input -> new Remember(job(input), input.variant(Asset.class)));

  static final RecordSerializer<Perform> PERFORM =
      RecordSerializer.of(
          (output, perform) -> {
            lease(output, perform.lease());
            output.variant(perform.work());
            output.actorRef(perform.replyTo());
          },
          input -> new Perform(lease(input), input.variant(Work.class), input.actorRef()));

  static final RecordSerializer<Withdraw> WITHDRAW =
      RecordSerializer.of(
          (output, withdraw) -> lease(output, withdraw.lease()),
          input -> new Withdraw(lease(input)));

  static final RecordSerializer<LetGo> LET_GO =
      RecordSerializer.of(
          (output, letGo) -> {
            output.text(letGo.job().value());
            output.text(letGo.asset().value());
          },
          input -> new LetGo(job(input), new AssetId(input.text())));

  static final RecordSerializer<Forget> FORGET =
      RecordSerializer.of(
          (output, forget) -> output.text(forget.job().value()), input -> new Forget(job(input)));

  static final RecordSerializer<Rest> REST =
      RecordSerializer.of((output, rest) -> {}, input -> new Rest());

  static final RecordSerializer<Leaving> LEAVING =
      RecordSerializer.of(
          (output, leaving) -> output.actorRef(leaving.worker()),
          input -> new Leaving(input.actorRef()));

  static final RecordSerializer<Introduce> INTRODUCE =
      RecordSerializer.of(
          (output, introduce) -> {
            output.actorRef(introduce.worker());
            output.writeLong(introduce.session());
            output.text(introduce.name());
            card(output, introduce.model());
            output.writeInt(introduce.lanes());
            output.writeInt(introduce.credits());
            output.writeInt(introduce.largestMessage());
          },
          input ->
              new Introduce(
                  input.actorRef(),
                  input.readLong(),
                  input.text(),
                  card(input),
                  input.readInt(),
                  input.readInt(),
                  input.readInt()));

  static final RecordSerializer<Completed> COMPLETED =
      RecordSerializer.of(
          (output, completed) -> {
            lease(output, completed.lease());
            output.actorRef(completed.worker());
            output.variant(completed.result());
            output.writeLong(completed.waitedNanos());
            output.writeLong(completed.deviceNanos());
            output.writeDouble(completed.joules());
          },
          input ->
              new Completed(
                  lease(input),
                  input.actorRef(),
                  input.variant(WorkResult.class),
                  input.readLong(),
                  input.readLong(),
                  input.readDouble()));

  static final RecordSerializer<Failed> FAILED =
      RecordSerializer.of(
          (output, failed) -> {
            lease(output, failed.lease());
            output.actorRef(failed.worker());
            output.choice(failed.code());
            output.text(failed.sentence());
            output.writeInt(failed.largestViewBatch());
          },
          input ->
              new Failed(
                  lease(input),
                  input.actorRef(),
                  input.choice(FailureCode.class),
                  input.text(),
                  input.readInt()));

  private MessageRecords() {}

  private static JobId job(WireInput input) {
    return new JobId(input.name(LONGEST_JOB_ID));
  }

  private static void lease(WireOutput output, LeaseId lease) {
    output.text(lease.job().value());
    output.writeLong(lease.batch());
    output.writeInt(lease.epoch());
  }

  private static LeaseId lease(WireInput input) {
    return new LeaseId(job(input), input.readLong(), input.readInt());
  }

  /** What a worker announces of its model. */
  private static void card(WireOutput output, ModelCard card) {
    output.text(card.name());
    output.text(card.hash());
    output.writeInt(card.geometry().sampleSize());
    output.writeInt(card.geometry().latentChannels());
    output.writeInt(card.geometry().vaeScaleFactor());
    output.writeInt(card.geometry().inputs().textEncoders());
    output.writeInt(card.geometry().inputs().mostClipSkip());
    output.writeBoolean(card.geometry().inputs().microConditioning());
    output.writeBoolean(card.geometry().inputs().mask());
    output.writeBoolean(card.geometry().inputs().guidance());
    output.optional(card.geometry().inputs().unet(), MessageRecords::unet);
    output.optional(card.scheduler().knownKind(), MessageRecords::solver);
    SettingValues.write(output, card.scheduler().values());
    output.choice(card.precision());
    output.text(card.device());
    SettingValues.write(output, card.settings().values());
    output.optional(card.fileHash(), WireOutput::text);
    output.text(card.hardware());
  }

  private static ModelCard card(WireInput input) {
    return new ModelCard(
        input.text(),
        input.text(),
        new ModelGeometry(
            input.readInt(),
            input.readInt(),
            input.readInt(),
            new ModelInputs(
                input.readInt(),
                input.readInt(),
                input.readBoolean(),
                input.readBoolean(),
                input.readBoolean(),
                input.optional(MessageRecords::unet))),
        new SchedulerConfig(input.optional(MessageRecords::solver), SettingValues.read(input)),
        input.choice(Precision.class),
        input.text(),
        new ModelSettings(SettingValues.read(input)),
        input.optional(WireInput::text),
        input.name(ModelCard.LONGEST_HARDWARE));
  }

  private static void unet(WireOutput output, UnetShape unet) {
    output.writeInt(unet.contextWidth());
    output.list(unet.outputs(), WireOutput::writeInt);
  }

  private static UnetShape unet(WireInput input) {
    return new UnetShape(input.readInt(), input.list(Integer.BYTES, WireInput::readInt));
  }

  private static void solver(WireOutput output, SchedulerKind kind) {
    output.choice(SchedulerKind.OF_FOLDERS, kind);
  }

  private static SchedulerKind solver(WireInput input) {
    return input.choice(SchedulerKind.OF_FOLDERS, "solver");
  }
}
