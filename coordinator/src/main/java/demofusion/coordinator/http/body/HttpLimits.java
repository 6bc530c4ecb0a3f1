package demofusion.coordinator.http.body;

import demofusion.protocol.DemofusionException;
import java.time.Duration;

/**
 * What the server bears.
 *
 * @param pictureBytes of a body that may hold a picture
 * @param connections at once; one more waits in the system's queue
 * @param idle how long a connection may say nothing
 * @param answer how long the farm's actors may take to answer
 * @param arrival how long requests may take to arrive
 * @param heartbeat between signs of life on a stream of events
 * @param largestMessage bytes of one from a worker that dialled in
 */
public record HttpLimits(
    long pictureBytes,
    int connections,
    Duration idle,
    Duration answer,
    Arrival arrival,
    Duration heartbeat,
    int largestMessage) {
  /**
   * How long a request may take to arrive.
   *
   * @param head from the connection, or the end of the answer before it
   * @param body however large it is
   * @param bytesPerSecond what a body must keep to on the whole, after as much time as a head has
   */
  public record Arrival(Duration head, Duration body, int bytesPerSecond) {
    public Arrival {
      if (bytesPerSecond < 1) {
        throw DemofusionException.badRequest(
            "a lowest rate of " + bytesPerSecond + " bytes a second must be at least 1");
      }
    }

    /** How long so many bytes may take. */
    public Duration allowed(long bytes) {
      return head.plusMillis(bytes * 1000 / bytesPerSecond);
    }
  }

  /** Of bodies that hold no picture. */
  public static final int BODY_BYTES = 1 << 20;

  private static final long MOST_PICTURE_BYTES = 1 << 30;

  /** Ten thousand connections that say nothing, and room for those that do. */
  private static final int CONNECTIONS = 12_000;

  private static final int MOST_WORKERS = 1024;
  private static final int LARGEST_MESSAGE = 32 << 20;

  public HttpLimits {
    if (pictureBytes < BODY_BYTES || pictureBytes > MOST_PICTURE_BYTES) {
      throw DemofusionException.badRequest(
          "the largest body, %s bytes, must be between %s and %s"
              .formatted(pictureBytes, BODY_BYTES, MOST_PICTURE_BYTES));
    }
    if (connections < 1) {
      throw DemofusionException.badRequest("connections " + connections + " must be at least 1");
    }
    for (Duration time : new Duration[] {idle, answer, arrival.head(), arrival.body(), heartbeat}) {
      if (time.isNegative() || time.isZero()) {
        throw DemofusionException.badRequest("a time limit of " + time + " must be above 0");
      }
    }
    if (heartbeat.compareTo(idle) >= 0) {
      throw DemofusionException.badRequest(
          "the heartbeat, "
              + heartbeat
              + ", must be shorter than the time after which idle connections are closed, "
              + idle);
    }
  }

  /**
   * How long a new job waits for a worker that loads its model; the connection must not be idle.
   */
  public Duration toAwaitModel() {
    return idle.multipliedBy(3).dividedBy(4);
  }

  /** With fewer connections where this process has no room for as many. */
  public static HttpLimits standard(boolean hasTls) {
    return new HttpLimits(
        64L << 20,
        ConnectionLimit.ofThisProcess().connections(hasTls, CONNECTIONS),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        new Arrival(Duration.ofSeconds(20), Duration.ofMinutes(5), 1 << 10),
        Duration.ofSeconds(10),
        LARGEST_MESSAGE);
  }

  /** Workers that may be connected by WebSockets: they leave half of the connections to others. */
  public int workers() {
    return Math.min(MOST_WORKERS, Math.max(1, connections / 2));
  }
}
