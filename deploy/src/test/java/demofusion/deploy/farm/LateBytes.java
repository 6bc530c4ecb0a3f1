package demofusion.deploy.farm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a long line that loses packets, as TCP shows it to whoever reads: everything
 * comes late, and when a packet was lost everything behind it waits until it was sent again.
 */
final class LateBytes {
  /** Bytes of one packet on Ethernet. */
  private static final int PACKET = 1448;

  /** What is under way at most, as TCP's window has it. */
  private static final int PACKETS_UNDER_WAY = 1024;

  private static final byte[] END = {};

  /**
   * @param oneWay how long a packet takes
   * @param lossOneIn one packet of so many is lost; 0: none
   */
  record Delay(Duration oneWay, int lossOneIn) {
    static final Delay NONE = new Delay(Duration.ZERO, 0);
  }

  private record Packet(byte[] bytes, long dueNanos) {}

  private LateBytes() {}

  /** Passes on until the end. */
  static void transfer(InputStream in, OutputStream out, Delay delay) throws IOException {
    if (delay.equals(Delay.NONE)) {
      in.transferTo(out);
      return;
    }
    BlockingQueue<Packet> line = new ArrayBlockingQueue<>(PACKETS_UNDER_WAY);
    Thread arriving = new Thread(() -> arrive(line, in, out), "proxy-arriving");
    arriving.setDaemon(true);
    arriving.start();
    try {
      send(in, line, delay);
      arriving.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void send(InputStream in, BlockingQueue<Packet> line, Delay delay)
      throws InterruptedException {
    Random chance = new Random(1);
    byte[] buffer = new byte[PACKET];
    long due = 0;
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        long travelled = System.nanoTime() + delay.oneWay().toNanos();
        if (delay.lossOneIn() > 0 && chance.nextInt(delay.lossOneIn()) == 0) {
          travelled += 3 * delay.oneWay().toNanos(); // noticed by its answer, and sent again
        }
        due = Math.max(due, travelled); // no packet overtakes another
        line.put(new Packet(Arrays.copyOf(buffer, read), due));
      }
    } catch (IOException e) {
      // whoever sent is gone: what is under way still arrives
    }
    line.put(new Packet(END, due));
  }

  private static void arrive(BlockingQueue<Packet> line, InputStream in, OutputStream out) {
    try {
      while (true) {
        Packet packet = line.take();
        TimeUnit.NANOSECONDS.sleep(packet.dueNanos() - System.nanoTime());
        if (packet.bytes().length == 0) {
          return;
        }
        out.write(packet.bytes());
      }
    } catch (IOException | InterruptedException e) {
      line.clear();
      close(in); // nobody reads any more
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException ignored) {
      // it was closed before
    }
  }
}
