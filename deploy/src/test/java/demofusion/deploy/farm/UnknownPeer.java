package demofusion.deploy.farm;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * A node that speaks the farm's transport and calls its bytes the farm's messages, which they are
 * not: what another release looks like to this one.
 */
final class UnknownPeer implements AutoCloseable {
  private static final String SERIALIZER = "pekko.actor.serializers.demofusion-wire";
  private static final String BINDING =
      "pekko.actor.serialization-bindings.\"" + Word.class.getName() + "\"";

  private final ActorSystem<Void> system;

  UnknownPeer() {
    Config config =
        ConfigFactory.parseMap(
                Map.of(SERIALIZER, Gibberish.class.getName(), BINDING, "demofusion-wire"))
            .withFallback(
                ConfigFactory.parseString(
                    """
                    pekko.actor.provider = cluster
                    pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                    pekko.cluster.jmx.enabled = off
                    pekko.loglevel = WARNING
                    """))
            .withFallback(ConfigFactory.load("farm-remoting"));
    system = ActorSystem.create(Behaviors.empty(), "demofusion", config);
  }

  /** Something that nobody understands. */
  record Word(String text) {}

  /** Under the number of the farm's own serializer. */
  static final class Gibberish extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 7301;
    private static final String OTHER_VERSION = "0";

    @Override
    public int identifier() {
      return IDENTIFIER;
    }

    @Override
    public String manifest(Object word) {
      return OTHER_VERSION;
    }

    @Override
    public byte[] toBinary(Object word) {
      return ((Word) word).text().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
      return new Word(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /**
   * @param address of a node, as HOST:PORT
   */
  void tell(String address, String text) {
    ActorRef<Word> dispatcher =
        ActorRefResolver.get(system)
            .resolveActorRef("pekko://demofusion@" + address + "/user/dispatcher");
    dispatcher.tell(new Word(text));
  }

  @Override
  public void close() {
    system.terminate();
  }
}
