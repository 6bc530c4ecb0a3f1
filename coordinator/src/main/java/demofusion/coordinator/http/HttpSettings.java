package demofusion.coordinator.http;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens, and to whom.
 *
 * @param host a name or address of this machine
 * @param port 0: any that is free
 * @param tokens file of tokens; null: everyone may do everything, which only whoever composes the
 *     node can judge
 * @param tls null: in the clear
 */
public record HttpSettings(
    String host, int port, @Nullable Path tokens, @Nullable SSLContext tls, HttpLimits limits) {}
