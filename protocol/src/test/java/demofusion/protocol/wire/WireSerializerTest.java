package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.message.WorkerLinkProtocol.Refused;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.WorkResult.NoisePrediction;
import demofusion.protocol.work.WorkResult.SurveyedLatent;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.serialization.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireSerializerTest {
  private static final WireFixture FIXTURE = new WireFixture();
  private static final WireSerializer SERIALIZER = FIXTURE.serializer();

  @AfterAll
  static void stopActors() {
    FIXTURE.close();
  }

  static Stream<Object> messages() {
    return FIXTURE.messages().stream();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void bringsEveryMessageBack(Object message) throws NotSerializableException {
    byte[] bytes = SERIALIZER.toBinary(message);

    assertThat(SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isWhatPekkoTakesForEveryMessage(Object message) {
    Serialization serialization = FIXTURE.serialization();

    assertThat(serialization.findSerializerFor(message)).isInstanceOf(WireSerializer.class);
    assertThat(serialization.serializerByIdentity().apply(WireSerializer.IDENTIFIER))
        .isInstanceOf(WireSerializer.class);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void writesIntoAndReadsOutOfTheMiddleOfAFrame(Object message) throws NotSerializableException {
    ByteBuffer frame = ByteBuffer.allocateDirect(1 << 16);
    frame.position(28);

    SERIALIZER.toBinary(message, frame);
    int end = frame.position();
    frame.limit(end).position(28);

    assertThat(SERIALIZER.fromBinary(frame, SERIALIZER.manifest(message))).isEqualTo(message);
    assertThat(frame.position()).isEqualTo(end);
    assertThat(end - 28).isEqualTo(SERIALIZER.toBinary(message).length);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void saysThatAFrameIsTooSmall(Object message) {
    int size = SERIALIZER.toBinary(message).length;
    ByteBuffer frame = ByteBuffer.allocateDirect(size - 1);

    assertThatThrownBy(() -> SERIALIZER.toBinary(message, frame))
        .isInstanceOf(BufferOverflowException.class);
  }

  @Test
  void keepsEveryBitOfATensor() throws NotSerializableException {
    Tensor sent = WireFixture.noise(3, 5, 7);

    byte[] bytes = SERIALIZER.toBinary(FIXTURE.completed(new NoisePrediction(sent)));

    assertThat(bits(received(bytes))).isEqualTo(bits(sent));
  }

  @Test
  void halvesWhatAModelInHalfPrecisionComputed() throws NotSerializableException {
    Tensor sent = WireFixture.halves(1, 4, 128, 128); // every binary16 that there is

    byte[] bytes = SERIALIZER.toBinary(FIXTURE.completed(new NoisePrediction(sent)));

    assertThat(bytes.length).isBetween(2 * 4 * 128 * 128, 2 * 4 * 128 * 128 + 200);
    assertThat(bits(received(bytes))).isEqualTo(bits(sent));
  }

  @Test
  void refusesAnotherVersionByName() {
    byte[] bytes = SERIALIZER.toBinary(new Forget(new JobId("job")));

    assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, "1"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("wire version 1, this node speaks 12");
  }

  @Test
  void readsHeartbeatsOfAnyVersion_andNothingElseUnderTheirName() throws Exception {
    Refused refused = new Refused("both must run the same release");
    byte[] other = SERIALIZER.toBinary(new Forget(new JobId("job")));

    assertThat(SERIALIZER.manifest(refused)).isEqualTo("stable");
    assertThat(SERIALIZER.fromBinary(SERIALIZER.toBinary(refused), "stable")).isEqualTo(refused);
    assertThatThrownBy(() -> SERIALIZER.fromBinary(other, "stable"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("Forget does not belong under stable");
    assertThatThrownBy(
            () -> SERIALIZER.fromBinary(SERIALIZER.toBinary(refused), WireSerializer.VERSION))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    Map<String, Tensor> named = Map.of("\u0001", Tensor.zeros(0), "\u0002", Tensor.zeros(0));
    byte[] bytes =
        SERIALIZER.toBinary(FIXTURE.completed(new SurveyedLatent(new NamedTensors(named))));
    int second = bytes.length - 3 * Long.BYTES - 4; // before a name's end: type, rank and side
    assertThat(bytes[second]).isBetween((byte) 1, (byte) 2);

    bytes[second] = (byte) (3 - bytes[second]);

    assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, WireSerializer.VERSION))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("two tensors have one name");
  }

  @Test
  void refusesWhatIsLeftOver() {
    byte[] bytes = SERIALIZER.toBinary(new Withdraw(new LeaseId(new JobId("job"), 1, 0)));

    assertThatThrownBy(
            () ->
                SERIALIZER.fromBinary(
                    Arrays.copyOf(bytes, bytes.length + 1), WireSerializer.VERSION))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("1 bytes are left over");
  }

  @Test
  void sendsNothingThatIsNotInTheTable() {
    record Private() implements TileWorkerProtocol.Internal {}

    assertThatThrownBy(() -> SERIALIZER.toBinary(new Private()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Class is not registered");
  }

  @Test
  void refusesANumberThatStandsForNothing() {
    assertRefused("nothing is known by number 19", 19);
    assertRefused("nothing is known by number 1", 1, 4, 'j', 'a', 'v', 'a'); // a class by its name
    assertRefused("nothing is known by number 0", 0);
  }

  @Test
  void refusesWhatIsOnlyEverPartOfAMessage() {
    assertRefused("DecodedPixels is no message", 74, 0, 1, 0);
  }

  @Test
  void refusesAPathThatWouldHarmPekko() {
    assertPathRefused("", "an actor's path of 0 characters");
    assertPathRefused("pekko://wire/" + "x".repeat(1024), "a name of 1037 characters");
    assertPathRefused("pekko://wire/user/\u0000", "an actor's path must be printable");
    assertPathRefused("pekko://wire/user/a b", "an actor's path must be printable");
    assertPathRefused("dispatcher", "dispatcher");
  }

  private static void assertPathRefused(String path, String sentence) {
    int[] bytes = new int[1 + 2 + path.length() + 4];
    bytes[0] = 20;
    bytes[1] = 0x80 | (path.length() & 0x7f);
    bytes[2] = path.length() >> 7;
    for (int n = 0; n < path.length(); n++) {
      bytes[3 + n] = path.charAt(n);
    }
    assertRefused(sentence, bytes);
  }

  @Test
  void refusesSettingsThatAreNestedTooDeep() {
    Object value = "core";
    for (int depth = 0; depth < 200; depth++) {
      value = List.of(value);
    }
    byte[] bytes = SERIALIZER.toBinary(FIXTURE.introduction(Map.of("onion", value)));

    assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, WireSerializer.VERSION))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("settings must not be nested more than 8 deep");
  }

  private static void assertRefused(String sentence, int... bytes) {
    byte[] payload = new byte[bytes.length];
    for (int n = 0; n < bytes.length; n++) {
      payload[n] = (byte) bytes[n];
    }
    assertThatThrownBy(() -> SERIALIZER.fromBinary(payload, WireSerializer.VERSION))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(sentence);
  }

  private static Tensor received(byte[] bytes) throws NotSerializableException {
    Object message = SERIALIZER.fromBinary(bytes, WireSerializer.VERSION);
    return ((NoisePrediction) ((Completed) message).result()).noise();
  }

  private static int[] bits(Tensor tensor) {
    int[] bits = new int[tensor.values().length];
    for (int n = 0; n < bits.length; n++) {
      bits[n] = Float.floatToRawIntBits(tensor.values()[n]);
    }
    return bits;
  }
}
