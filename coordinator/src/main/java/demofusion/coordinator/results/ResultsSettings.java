package demofusion.coordinator.results;

import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where finished pictures go, and how long copies of them stay here.
 *
 * @param prefix of all keys: empty, or with a slash at its end
 * @param endpoint of a store that is not Amazon's, whose buckets are then part of the path; null:
 *     Amazon's
 * @param region null: what environment or profile say
 * @param keepLocal how long copies stay here that nobody reads; null: as long as the jobs
 */
public record ResultsSettings(
    String bucket,
    String prefix,
    @Nullable URI endpoint,
    @Nullable String region,
    @Nullable Duration keepLocal) {
  private static final Pattern LOCATION =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\\w!.*'()/-]*))?");
  private static final int LONGEST_PREFIX = 512;

  /** All copies stay. */
  public ResultsSettings(
      String bucket, String prefix, @Nullable URI endpoint, @Nullable String region) {
    this(bucket, prefix, endpoint, region, null);
  }

  public ResultsSettings withKeepLocal(@Nullable Duration time) {
    return new ResultsSettings(bucket, prefix, endpoint, region, time);
  }

  /**
   * @param name of the setting, for the sentence
   * @param location as {@code s3://bucket/prefix}
   * @param endpointName of that setting
   * @throws DemofusionException BAD_REQUEST if one of them cannot be
   */
  public static ResultsSettings parse(
      String name,
      String location,
      String endpointName,
      @Nullable String endpoint,
      @Nullable String region) {
    Matcher matcher = LOCATION.matcher(location);
    if (!matcher.matches()) {
      throw DemofusionException.badRequest(
          ("%s \"%s\" must be s3://BUCKET or s3://BUCKET/PREFIX, with a bucket of 3 to 63 lower-case"
                  + " letters, digits, dots and hyphens, and a prefix of letters, digits and"
                  + " !-_.*'()/")
              .formatted(name, location));
    }
    String path = matcher.group(2) == null ? "" : matcher.group(2).replaceAll("/+$", "");
    if (path.length() > LONGEST_PREFIX || path.startsWith("/") || path.contains("//")) {
      throw DemofusionException.badRequest(
          "%s \"%s\" has a prefix that no key should have: at most %s characters, and no empty part between slashes"
              .formatted(name, location, LONGEST_PREFIX));
    }
    return new ResultsSettings(
        matcher.group(1),
        path.isEmpty() ? "" : path + "/",
        endpoint == null ? null : endpoint(endpointName, endpoint),
        region);
  }

  private static URI endpoint(String name, String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw noEndpoint(name, text);
    }
    boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isHttp || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
      throw noEndpoint(name, text);
    }
    return uri;
  }

  /** What was given is not repeated: somebody might have written a password into it. */
  private static DemofusionException noEndpoint(String name, String text) {
    return DemofusionException.badRequest(
        name
            + (text.contains("@") ? "" : " \"" + text + "\"")
            + " must be a URL such as https://minio.example:9000, without a name or password in it:"
            + " credentials come from the environment or a profile");
  }

  /** For people. */
  public String location() {
    return "s3://" + bucket + "/" + prefix;
  }
}
