package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkChunksTest {
  private final LinkMemory memory = new LinkMemory(4 << 20);
  private final LinkChunks.Assembler assembler = new LinkChunks.Assembler(1 << 20, memory);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000, 1 << 20})
  void bringsEveryLengthBack(int length) throws Exception {
    byte[] message = message(length);
    List<byte[]> chunks = LinkChunks.split(message, LinkChunks.LARGE);

    assertThat(chunks).allMatch(chunk -> chunk.length <= LinkChunks.CHUNK + LinkChunks.MOST_HEAD);
    assertThat(added(chunks)).containsExactly(message);
  }

  @Test
  void letsSmallMessagesPassBetweenTheChunksOfALargeOne() throws Exception {
    byte[] large = message(200_000);
    byte[] small = message(10);
    List<byte[]> chunks = new ArrayList<>(LinkChunks.split(large, LinkChunks.LARGE));
    chunks.add(2, LinkChunks.split(small, LinkChunks.SMALL).get(0));

    assertThat(added(chunks)).containsExactly(small, large);
  }

  @Test
  void refusesALengthBeyondTheBound_beforeAnythingIsAllocated() {
    byte[] chunk = {1, 1, 0x7f, -1, -1, -1, 0};

    assertThatThrownBy(() -> assembler.add(chunk))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("a message of 2147483647 bytes must have between 0 and 1048576");
  }

  @Test
  void takesMemoryOnlyForBytesThatCame() throws Exception {
    List<LinkChunks.Assembler> many = new ArrayList<>();
    for (int n = 0; n < 1000; n++) { // of a GiB each, were they believed
      LinkChunks.Assembler each = new LinkChunks.Assembler(1 << 30, memory);
      assertThat(each.add(new byte[] {1, 1, 0x40, 0, 0, 0, 7})).isEmpty();
      many.add(each);
    }

    assertThat(many).hasSize(1000);
    assertThat(memory.held()).isZero();
  }

  @Test
  void holdsNoMoreThanItsShare_ofWhatAllConnectionsMayHold() throws Exception {
    LinkMemory shared = new LinkMemory(1 << 20);
    LinkChunks.Assembler first = new LinkChunks.Assembler(1 << 20, shared);
    LinkChunks.Assembler second = new LinkChunks.Assembler(1 << 20, shared);
    List<byte[]> chunks = LinkChunks.split(message(900_000), LinkChunks.LARGE);
    List<byte[]> allButTheLast = chunks.subList(0, chunks.size() - 1);
    for (byte[] chunk : allButTheLast) {
      first.add(chunk);
    }

    assertThatThrownBy(
            () -> {
              for (byte[] chunk : allButTheLast) {
                second.add(chunk);
              }
            })
        .isInstanceOf(NotSerializableException.class)
        .hasMessage(
            "a message of 900000 bytes must wait: all connections together may hold 1048576 bytes"
                + " of unfinished messages");
    second.close();
    assertThat(first.add(chunks.get(chunks.size() - 1))).isPresent();
    assertThat(shared.held()).isZero();
  }

  @Test
  void givesBackWhatItHolds_whenTheConnectionEnds() throws Exception {
    List<byte[]> chunks = LinkChunks.split(message(900_000), LinkChunks.LARGE);
    for (byte[] chunk : chunks.subList(0, 8)) {
      assembler.add(chunk);
    }
    assertThat(memory.held()).isPositive();

    assembler.close();

    assertThat(memory.held()).isZero();
  }

  @Test
  void refusesWhatCannotComeNow() throws Exception {
    assertRefused("no chunk", new byte[0]);
    assertRefused("no chunk", new byte[] {2, 0, 0});
    assertRefused("no chunk", new byte[] {1, 2, 0});
    assertRefused("without the first", new byte[] {0, 0, 1});
    assertRefused("must have between", new byte[] {1, 0, 0, 0});
    assertRefused("1 too many", new byte[] {1, 0, 0, 0, 0, 1, 7, 7});
    assembler.add(new byte[] {1, 1, 0, 0, 0, 2, 7});
    assertRefused("before the one before it", new byte[] {1, 1, 0, 0, 0, 2, 7});
  }

  @Test
  void readsOrRefusesWhateverComes() {
    Random random = new Random(11);
    for (int n = 0; n < 20_000; n++) {
      byte[] chunk = new byte[random.nextInt(40)];
      random.nextBytes(chunk);
      if (chunk.length > 1) {
        chunk[0] &= 1;
        chunk[1] &= 1;
      }
      try {
        new LinkChunks.Assembler(64, memory).add(chunk);
      } catch (NotSerializableException e) {
        assertThat(e).hasMessageMatching(".{10,200}");
      }
    }
  }

  private void assertRefused(String sentence, byte[] chunk) {
    LinkChunks.Assembler one = new LinkChunks.Assembler(64, memory);
    LinkChunks.Assembler used = chunk.length > 1 && chunk[1] == 1 ? assembler : one;
    assertThatThrownBy(() -> used.add(chunk))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(sentence);
  }

  private List<byte[]> added(List<byte[]> chunks) throws NotSerializableException {
    List<byte[]> messages = new ArrayList<>();
    for (byte[] chunk : chunks) {
      Optional<byte[]> message = assembler.add(chunk);
      message.ifPresent(messages::add);
    }
    return messages;
  }

  private static byte[] message(int length) {
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    return message;
  }
}
