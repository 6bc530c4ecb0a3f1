package demofusion.protocol.wire;

import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.message.WorkerLinkProtocol.KnownAs;
import demofusion.protocol.message.WorkerLinkProtocol.Refused;

/**
 * The messages by which nodes of different releases tell each other that they are different. Their
 * bytes never change: a new release may add messages here, and not touch these.
 */
final class StableRecords {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_VERSION = 40;

  static final RecordSerializer<Heartbeat> HEARTBEAT =
      RecordSerializer.of(
          (output, heartbeat) -> {
            output.actorRef(heartbeat.worker());
            output.actorRef(heartbeat.replyTo());
            output.text(heartbeat.name());
            output.writeLong(heartbeat.session());
            output.writeBoolean(heartbeat.hears());
            output.writeInt(heartbeat.everyMillis());
            output.text(heartbeat.wireVersion());
          },
          input ->
              new Heartbeat(
                  input.actorRef(),
                  input.actorRef(),
                  input.name(LONGEST_NAME),
                  input.readLong(),
                  input.readBoolean(),
                  input.readInt(),
                  input.name(LONGEST_VERSION)));

  static final RecordSerializer<Heard> HEARD =
      RecordSerializer.of((output, heard) -> {}, input -> new Heard());

  static final RecordSerializer<Refused> REFUSED =
      RecordSerializer.of(
          (output, refused) -> output.text(refused.sentence()), input -> new Refused(input.text()));

  static final RecordSerializer<KnownAs> KNOWN_AS =
      RecordSerializer.of(
          (output, known) -> output.actorRef(known.members()),
          input -> new KnownAs(input.actorRef()));

  private StableRecords() {}
}
