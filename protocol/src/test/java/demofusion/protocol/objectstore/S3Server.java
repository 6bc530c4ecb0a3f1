package demofusion.protocol.objectstore;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/**
 * A real S3 server in this process, whose buckets are folders; it outlives being stopped. It checks
 * signatures, which are made with the credentials that it gives to this process.
 */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "pictures";

  private static final String NAME = "tester";
  private static final String PASSWORD = "a password of a test";
  private static final String NAME_PROPERTY = "aws.accessKeyId";
  private static final String PASSWORD_PROPERTY = "aws.secretAccessKey";

  private final Path folder;
  private final int port;
  private final S3Proxy proxy;
  private final BlobStoreContext context;

  private S3Server(Path folder, S3Proxy proxy, BlobStoreContext context) {
    this.folder = folder;
    this.port = proxy.getPort();
    this.proxy = proxy;
    this.context = context;
  }

  /** On any port, with one bucket. */
  public static S3Server start(Path folder) throws Exception {
    Files.createDirectories(folder.resolve(BUCKET));
    System.setProperty(NAME_PROPERTY, NAME);
    System.setProperty(PASSWORD_PROPERTY, PASSWORD);
    return start(folder, 0);
  }

  private static S3Server start(Path folder, int port) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", folder.toString());
    BlobStoreContext context =
        ContextBuilder.newBuilder(new FilesystemNio2BlobApiMetadata())
            .endpoint("http://localhost/") // of no meaning to folders
            .credentials("any", "any")
            .overrides(properties)
            .build(BlobStoreContext.class);
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(context.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, NAME, PASSWORD)
            .build();
    proxy.start();
    return new S3Server(folder, proxy, context);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What another process needs to sign its requests. */
  public static Map<String, String> environment() {
    return Map.of("AWS_ACCESS_KEY_ID", NAME, "AWS_SECRET_ACCESS_KEY", PASSWORD);
  }

  /** Ends it; another has its address and its buckets later. */
  public void stop() throws Exception {
    proxy.stop();
    context.close();
  }

  public S3Server again() throws Exception {
    return start(folder, port);
  }

  /** Where an object's bytes are. */
  public Path object(String key) {
    return folder.resolve(BUCKET).resolve(key);
  }

  /** The keys of all objects. */
  public List<String> keys() throws IOException {
    Path bucket = folder.resolve(BUCKET);
    try (Stream<Path> tree = Files.walk(bucket)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> bucket.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /** Other credentials than the server knows. */
  public static void forgetPassword() {
    System.setProperty(PASSWORD_PROPERTY, "another password");
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (Exception e) { // which the server declares
      throw new IOException("the server of this test did not stop", e);
    }
    System.clearProperty(NAME_PROPERTY);
    System.clearProperty(PASSWORD_PROPERTY);
  }
}
