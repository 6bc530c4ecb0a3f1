package demofusion.deploy.security;

import com.typesafe.config.Config;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Turns away whoever wants to join a coordinator's cluster: a worker of a release in which workers
 * still did. It hears that its configuration does not fit, and ends, instead of waiting for work
 * that never comes.
 */
public final class NoForeignMembers extends JoinConfigCompatChecker {
  @Override
  public scala.collection.immutable.Seq<String> requiredKeys() {
    return CollectionConverters.asScala(List.<String>of()).toList();
  }

  @Override
  public ConfigValidation check(Config toCheck, Config actual) {
    List<String> reasons = List.of("workers of this release do not join the cluster: upgrade them");
    return new Invalid(CollectionConverters.asScala(reasons).toList());
  }
}
