package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where finished pictures go; credentials are never options. */
public final class ResultsOptions implements OptionGroup {
  @Option(
      names = "--results",
      paramLabel = "s3://BUCKET/PREFIX",
      description =
          "Copy finished images, previews and settings to an S3 bucket; credentials come from the"
              + " environment or a profile.")
  @Nullable String results;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description = "Address of an S3 server other than Amazon's, such as MinIO.")
  @Nullable String s3Endpoint;

  @Option(
      names = "--s3-region",
      paramLabel = "NAME",
      description = "Region of the bucket (default: what AWS_REGION or the profile says).")
  @Nullable String s3Region;

  @Option(
      names = "--keep-local",
      paramLabel = "TIME",
      description =
          "Remove images here that are in the bucket and nobody looked at for this time, for example"
              + " 7d; who does has them fetched (default: they stay as long as their jobs).")
  @Nullable String keepLocal;

  @Override
  public String heading() {
    return "Results in an object store";
  }
}
