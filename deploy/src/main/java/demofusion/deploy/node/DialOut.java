package demofusion.deploy.node;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Where a worker dials that no coordinator can reach.
 *
 * @param url of the coordinator's API, as it was typed; with a path where a proxy has one
 * @param token read anew for every connection; empty: none
 * @param trust for https; empty: what this Java trusts
 */
record DialOut(URI url, Supplier<String> token, Optional<SSLContext> trust) {}
