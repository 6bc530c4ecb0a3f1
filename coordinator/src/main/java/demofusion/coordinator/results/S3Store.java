package demofusion.coordinator.results;

import demofusion.protocol.DemofusionException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A store that speaks Amazon's S3: Amazon's, MinIO, Ceph and the like. Credentials are found where
 * all of Amazon's programs find them: the environment, a profile, the machine's role. Each file is
 * one request, whose Content-MD5 the store checks; no request uses what newer versions of S3 added,
 * which other stores lack.
 */
final class S3Store implements ObjectStore {
  /** What a request of one part may have. */
  static final long MOST_BYTES = 5L << 30;

  private static final Duration TO_CONNECT = Duration.ofSeconds(5);
  private static final Duration TO_HEAR = Duration.ofSeconds(60);
  private static final String SHA256 = "sha256";
  private static final int TOO_MANY = 429;
  private static final int TIMED_OUT = 408;

  private final S3Client client;
  private final ResultsSettings settings;

  private S3Store(S3Client client, ResultsSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /**
   * @throws DemofusionException BAD_REQUEST, in one sentence, if there are no credentials or no
   *     region
   */
  static S3Store open(ResultsSettings settings) {
    DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
    try {
      credentials.resolveCredentials();
    } catch (SdkClientException e) {
      throw DemofusionException.badRequest(
          settings.location()
              + " needs credentials, and there are none: set AWS_ACCESS_KEY_ID and"
              + " AWS_SECRET_ACCESS_KEY, or AWS_PROFILE with a profile in ~/.aws/credentials");
    }
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(credentials)
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(TO_CONNECT)
                    .socketTimeout(TO_HEAR)
                    .build())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build());
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint()).forcePathStyle(true);
    }
    if (settings.region() != null) {
      builder.region(Region.of(settings.region()));
    } else if (settings.endpoint() != null) {
      builder.region(Region.US_EAST_1); // what stores without regions are signed for
    }
    try {
      return new S3Store(builder.build(), settings);
    } catch (SdkClientException e) {
      throw DemofusionException.badRequest(
          settings.location() + " needs a region: give --s3-region, or set AWS_REGION");
    }
  }

  @Override
  public void put(String bucket, String key, Path file, FileDigest digest) {
    if (digest.bytes() > MOST_BYTES) {
      throw new ObjectStoreException(
          "%s has %s bytes, and an object sent in one request at most %s"
              .formatted(file, digest.bytes(), MOST_BYTES));
    }
    asked(
        () ->
            client.putObject(
                request ->
                    request
                        .bucket(bucket)
                        .key(key)
                        .contentType(contentType(key))
                        .contentLength(digest.bytes())
                        .contentMD5(digest.md5())
                        .metadata(Map.of(SHA256, digest.sha256())),
                RequestBody.fromFile(file)));
    confirm(bucket, key, digest.bytes(), digest.sha256());
  }

  @Override
  public void confirm(String bucket, String key, long bytes, String sha256) {
    HeadObjectResponse there =
        asked(() -> client.headObject(request -> request.bucket(bucket).key(key)));
    String known = there.metadata().get(SHA256);
    if (there.contentLength() != bytes || !sha256.equals(known)) {
      throw new ObjectStoreException(
          "object %s has %s bytes and SHA-256 %s, and not %s bytes and SHA-256 %s, as what was sent"
              .formatted(key, there.contentLength(), known, bytes, sha256));
    }
  }

  private static String contentType(String key) {
    return key.endsWith(".png") ? "image/png" : "application/json";
  }

  @Override
  public InputStream get(String bucket, String key) {
    return asked(() -> client.getObject(request -> request.bucket(bucket).key(key)));
  }

  @Override
  public void delete(String bucket, String key) {
    asked(() -> client.deleteObject(request -> request.bucket(bucket).key(key)));
  }

  private interface Question<T> {
    T ask();
  }

  private <T> T asked(Question<T> question) {
    try {
      return question.ask();
    } catch (S3Exception e) {
      int status = e.statusCode();
      boolean isRefusal =
          status >= 300 && status < 500 && status != TIMED_OUT && status != TOO_MANY;
      throw new ObjectStoreException("the store answered " + words(e), isRefusal, e);
    } catch (SdkException e) {
      throw new ObjectStoreException(
          "the store at " + address() + " could not be asked: " + e.getMessage(), false, e);
    }
  }

  private String address() {
    return settings.endpoint() == null ? "Amazon" : settings.endpoint().toString();
  }

  private static String words(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return e.statusCode() + (code == null || code.isEmpty() ? "" : " " + code);
  }

  @Override
  public void close() {
    client.close();
  }
}
